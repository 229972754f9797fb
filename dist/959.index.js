export const id = 959;
export const ids = [959];
export const modules = {

/***/ 6959:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  createEc2Client: () => (/* reexport */ createEc2Client),
  createInstances: () => (/* reexport */ createInstances)
});

// EXTERNAL MODULE: ./node_modules/@aws-sdk/client-ec2/dist-cjs/index.js
var dist_cjs = __webpack_require__(5193);
// EXTERNAL MODULE: ./lib/src/aws/client.js
var client = __webpack_require__(3113);
;// CONCATENATED MODULE: ./lib/src/ec2/client.js


const createEc2Client = (region, credentials) => new dist_cjs/* EC2Client */.gu5((0,client/* configOf */.W)({ region, credentials, requestTimeoutMs: 15_000 }));

// EXTERNAL MODULE: ./lib/src/aws/call.js
var call = __webpack_require__(1362);
// EXTERNAL MODULE: ./lib/src/aws/pages.js
var aws_pages = __webpack_require__(2708);
// EXTERNAL MODULE: ./lib/src/domain/chunks.js
var chunks = __webpack_require__(8861);
;// CONCATENATED MODULE: ./lib/src/ec2/instances.js




const named = (0,call/* callsTo */.J)('ec2');
/** "up to 200 values": https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html */
const MOST_VALUES = 200;
const LARGEST_PAGE = 1_000;
/** Asked by a filter: among ids given as such, one that is not known would fail the call for all of them. */
function createInstances(client) {
    return {
        async describePlaces(ids, signal) {
            const found = [];
            for (const some of (0,chunks/* chunksOf */.U)(ids, MOST_VALUES)) {
                const asked = { Filters: [{ Name: 'instance-id', Values: some }], MaxResults: LARGEST_PAGE };
                const pages = await (0,aws_pages/* allTokenPages */.P)((from) => {
                    const command = new dist_cjs/* DescribeInstancesCommand */.bNs({ ...asked, ...from });
                    return named('DescribeInstances', client.send(command, (0,call/* options */.f)(signal)));
                });
                found.push(...pages.flatMap(({ Reservations = [] }) => Reservations.flatMap((one) => one.Instances ?? [])));
            }
            return new Map(found.flatMap((instance) => placeOf(instance) ?? []));
        },
    };
}
/** One that is being launched or has been terminated may have no addresses. */
function placeOf(instance) {
    const { InstanceId: id, Placement, PrivateIpAddress, Ipv6Address } = instance;
    const zone = Placement?.AvailabilityZone;
    const ip = PrivateIpAddress ?? Ipv6Address;
    if (id === undefined || zone === undefined)
        return undefined;
    return [[id, { zone, ...(ip === undefined ? {} : { ip }) }]];
}

;// CONCATENATED MODULE: ./lib/src/ec2/ec2.js
/** All that needs EC2, behind one door: it is opened only when it is needed, as the client takes time to load. */




/***/ })

};
