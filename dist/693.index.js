export const id = 693;
export const ids = [693,705];
export const modules = {

/***/ 1693:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  createAutoScaling: () => (/* binding */ createAutoScaling)
});

// EXTERNAL MODULE: ./node_modules/@aws-sdk/client-auto-scaling/dist-cjs/index.js
var dist_cjs = __webpack_require__(8932);
// EXTERNAL MODULE: ./lib/src/aws/call.js
var call = __webpack_require__(1362);
// EXTERNAL MODULE: ./lib/src/aws/pages.js
var aws_pages = __webpack_require__(2708);
// EXTERNAL MODULE: ./lib/src/domain/chunks.js
var chunks = __webpack_require__(8861);
// EXTERNAL MODULE: ./lib/src/domain/errors.js
var errors = __webpack_require__(2156);
// EXTERNAL MODULE: ./lib/src/auto-scaling/client.js
var auto_scaling_client = __webpack_require__(9705);
;// CONCATENATED MODULE: ./lib/src/auto-scaling/mapping.js
const toMember = (details) => ({
    id: details.InstanceId ?? '',
    group: details.AutoScalingGroupName ?? '',
    lifecycle: details.LifecycleState ?? '',
    // `HEALTHY` here, `Healthy` where a group lists its instances.
    isHealthy: details.HealthStatus?.toLowerCase() !== 'unhealthy',
});
const toGroup = (group) => ({
    name: group.AutoScalingGroupName ?? '',
    suspended: (group.SuspendedProcesses ?? []).flatMap(({ ProcessName }) => ProcessName ?? []),
    launches: launchesOf(group),
});
function launchesOf({ LaunchTemplate, MixedInstancesPolicy, LaunchConfigurationName }) {
    const template = LaunchTemplate ?? MixedInstancesPolicy?.LaunchTemplate?.LaunchTemplateSpecification ?? undefined;
    if (template !== undefined)
        return `launch template ${shown(template)}`;
    return `launch configuration ${LaunchConfigurationName ?? 'that was deleted'}`;
}
/** Without a version it is the default one. */
const shown = ({ LaunchTemplateName, LaunchTemplateId, Version }) => `${LaunchTemplateName ?? LaunchTemplateId ?? 'without a name'}, version ${Version ?? '$Default'}`;

;// CONCATENATED MODULE: ./lib/src/auto-scaling/auto-scaling.js







/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeAutoScalingInstances.html */
const MOST_INSTANCES = 50;
const MOST_GROUPS = 50;
const OVER = new Set([
    'Cancelled',
    'Failed',
    'RollbackFailed',
    'RollbackSuccessful',
    'Successful',
]);
function createAutoScaling(client) {
    return {
        async describeMembers(instanceIds, signal) {
            const found = [];
            for (const InstanceIds of (0,chunks/* chunksOf */.U)(instanceIds, MOST_INSTANCES)) {
                const pages = await (0,aws_pages/* allTokenPages */.P)((from) => {
                    const command = new dist_cjs/* DescribeAutoScalingInstancesCommand */.r$r({ InstanceIds, ...from });
                    return (0,auto_scaling_client/* answerOf */.u)('DescribeAutoScalingInstances', signal, client.send(command, (0,call/* options */.f)(signal)));
                });
                found.push(...pages.flatMap(({ AutoScalingInstances = [] }) => AutoScalingInstances.map(toMember)));
            }
            return new Map(found.map((member) => [member.id, member]));
        },
        async describeGroups(names, signal) {
            const found = [];
            for (const AutoScalingGroupNames of (0,chunks/* chunksOf */.U)(names, MOST_GROUPS)) {
                const pages = await (0,aws_pages/* allTokenPages */.P)((from) => {
                    const command = new dist_cjs/* DescribeAutoScalingGroupsCommand */.NkQ({ AutoScalingGroupNames, ...from });
                    return (0,auto_scaling_client/* answerOf */.u)('DescribeAutoScalingGroups', signal, client.send(command, (0,call/* options */.f)(signal)));
                });
                found.push(...pages.flatMap(({ AutoScalingGroups = [] }) => AutoScalingGroups.map(toGroup)));
            }
            return found;
        },
        async refreshUnderWay(AutoScalingGroupName, signal) {
            const command = new dist_cjs/* DescribeInstanceRefreshesCommand */.XcR({ AutoScalingGroupName, MaxRecords: 10 });
            const answer = client.send(command, (0,call/* options */.f)(signal));
            // Newest first, and at most one is under way.
            const { InstanceRefreshes = [] } = await (0,auto_scaling_client/* answerOf */.u)('DescribeInstanceRefreshes', signal, answer);
            return InstanceRefreshes.find(({ Status }) => !OVER.has(Status))?.Status;
        },
        suspend: (group, processes, signal) => changing('SuspendProcesses', signal, () => client.send(new dist_cjs/* SuspendProcessesCommand */.JQO({ AutoScalingGroupName: group, ScalingProcesses: [...processes] }), (0,call/* options */.f)(signal))),
        resume: (group, processes, signal) => changing('ResumeProcesses', signal, () => client.send(new dist_cjs/* ResumeProcessesCommand */.iAb({ AutoScalingGroupName: group, ScalingProcesses: [...processes] }), (0,call/* options */.f)(signal))),
    };
}
/** A group that is busy with something else is not in a minute. */
async function changing(operation, signal, call) {
    try {
        await (0,auto_scaling_client/* answerOf */.u)(operation, signal, call());
    }
    catch (error) {
        if (!(error instanceof errors/* ApiError */.hD) || !/^ResourceInUse|^ScalingActivityInProgress/.test(error.code))
            throw error;
        const { permission, code, message, cause } = error;
        throw new errors/* ApiError */.hD({ failure: 'transient', permission, code, message, cause });
    }
}


/***/ }),

/***/ 9705:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   createAutoScalingClient: () => (/* binding */ createAutoScalingClient),
/* harmony export */   u: () => (/* binding */ answerOf)
/* harmony export */ });
/* harmony import */ var _aws_sdk_client_auto_scaling__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(8932);
/* harmony import */ var _aws_call_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1362);
/* harmony import */ var _aws_client_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3113);



const createAutoScalingClient = (region, credentials) => new _aws_sdk_client_auto_scaling__WEBPACK_IMPORTED_MODULE_2__/* .AutoScalingClient */ .yis((0,_aws_client_js__WEBPACK_IMPORTED_MODULE_1__/* .configOf */ .W)({ region, credentials }));
const named = (0,_aws_call_js__WEBPACK_IMPORTED_MODULE_0__/* .callsTo */ .J)('autoscaling');
/** The answer of a call. Rejects with an ApiError, or with the signal's reason. */
async function answerOf(operation, signal, answer) {
    try {
        return await named(operation, answer);
    }
    catch (error) {
        signal?.throwIfAborted();
        throw error;
    }
}


/***/ })

};
