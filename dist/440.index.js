export const id = 440;
export const ids = [440];
export const modules = {

/***/ 2440:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  createSsmClient: () => (/* reexport */ createSsmClient),
  createSsmUpdater: () => (/* binding */ createSsmUpdater),
  endSsmCommands: () => (/* reexport */ endSsmCommands),
  ssmProblems: () => (/* reexport */ ssmProblems)
});

// EXTERNAL MODULE: ./lib/src/domain/chunks.js
var chunks = __webpack_require__(8861);
// EXTERNAL MODULE: ./lib/src/domain/errors.js
var errors = __webpack_require__(2156);
// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
;// CONCATENATED MODULE: ./lib/src/updaters/ssm-comment.js

/** The limit of a command's comment. */
const LONGEST = 100;
const LONGEST_ID = 60;
/** Names a command so that it can be found when its id is not known: by its rollout, and by a mark of its own. */
function commentFor(rolloutId, version) {
    const mark = (0,external_node_crypto_.randomBytes)(4).toString('hex');
    return `${markOf(rolloutId)}${mark} ${version}`.slice(0, LONGEST).toWellFormed();
}
const isOfRollout = (comment, rolloutId) => comment.startsWith(markOf(rolloutId));
const markOf = (rolloutId) => `elb-rollout ${rolloutId.slice(0, LONGEST_ID)} `;

// EXTERNAL MODULE: ./lib/src/updaters/tail.js
var updaters_tail = __webpack_require__(1475);
;// CONCATENATED MODULE: ./lib/src/updaters/ssm-output.js

/** What it keeps; of more, the end is not known. */
const LONGEST_STDOUT = 24_000;
const LONGEST_STDERR = 8_000;
/** The last lines of what the command has printed on a server, as far as Systems Manager keeps it. */
async function lastLines(printer, end) {
    const tail = new updaters_tail/* Tail */.P();
    for (const text of await printed(printer, end)) {
        const lines = text.replaceAll('\r', '').split('\n');
        if (lines.at(-1) === '')
            lines.pop();
        for (const line of lines)
            tail.push(line);
    }
    return tail.lines();
}
async function printed(printer, { commandId, server, verdict, invocation }) {
    const { step } = invocation ?? {};
    if (step === undefined)
        return [];
    const isWanted = !verdict.ok && step.startedAt !== undefined && printer.left-- > 0 && !printer.signal.aborted;
    if (!isWanted)
        return [step.output];
    const of = { commandId, server, ...(step.name === undefined ? {} : { step: step.name }) };
    const all = await printer.ssm.printed(of, printer.signal).catch(() => undefined);
    if (all === undefined)
        return [step.output];
    return [marked(all.stdout, LONGEST_STDOUT), marked(all.stderr, LONGEST_STDERR)];
}
const marked = (text, longest) => text.length < longest ? text : `${text}\n… (Systems Manager keeps no more than ${longest} characters)`;
const DOMAINS = [
    ['cn-', 'console.amazonaws.cn'],
    ['us-gov-', 'console.amazonaws-us-gov.com'],
];
/** Where people see all of it. */
function consoleLink(region, { commandId, server }) {
    const [, other] = DOMAINS.find(([prefix]) => region.startsWith(prefix)) ?? [];
    const domain = other ?? `${region}.console.aws.amazon.com`;
    return `https://${domain}/systems-manager/run-command/${commandId}/${server}?region=${region}`;
}

// EXTERNAL MODULE: ./lib/src/updaters/environment.js
var environment = __webpack_require__(7735);
;// CONCATENATED MODULE: ./lib/src/updaters/ssm-script.js

/**
 * The commands, after lines that export what is known about the rollout. One command goes to many servers: what differs
 * between them is chosen by the id that the agent gives to its scripts.
 */
function scriptFor(commands, occasion) {
    const [first = '', ...others] = commands;
    if (!first.startsWith('#!'))
        return [...preamble(occasion), ...commands];
    // The kernel looks at the very first line.
    const [shebang = '', ...rest] = first.split('\n');
    return [shebang, ...preamble(occasion), ...(rest.length === 0 ? [] : [rest.join('\n')]), ...others];
}
/** Nothing else understands the lines that come before the commands. */
function shebangProblem([first = '']) {
    const [line = ''] = first.split('\n');
    if (!line.startsWith('#!') || /\b(ba|da|a|z|k|mk)?sh\b/.test(line))
        return undefined;
    return `"commands" must be for a shell, not ${JSON.stringify(line)}: call the program from a line of its own`;
}
/** Not there with very old agents. */
const INSTANCE_ID = `"\${AWS_SSM_INSTANCE_ID-}"`;
function preamble({ servers, context, facts }) {
    const environments = servers.map((server) => ({
        server: server.id,
        variables: (0,environment/* environmentFor */.D)(server, context, { ...facts, processEnv: {} }),
    }));
    const names = new Set(environments.flatMap(({ variables }) => Object.keys(variables)));
    return [...names].flatMap((name) => exportsOf(name, environments));
}
function exportsOf(name, environments) {
    const serversByValue = Map.groupBy(environments, ({ variables }) => variables[name]);
    const [[only] = []] = serversByValue;
    if (serversByValue.size === 1 && only !== undefined)
        return [`export ${name}=${quoted(only)}`];
    if (name === 'ROLLOUT_TARGET_ID')
        return [`export ${name}=${INSTANCE_ID}`];
    const choices = [...serversByValue].flatMap(([value, some]) => value === undefined
        ? []
        : [`${some.map(({ server }) => quoted(server)).join('|')}) export ${name}=${quoted(value)} ;;`]);
    return [`case ${INSTANCE_ID} in`, ...choices, 'esac'];
}
/**
 * A literal that every shell takes as it is. Systems Manager fills in `{{…}}` before a shell sees anything, so no two
 * braces may follow each other: `{{` becomes `{''{`.
 */
function quoted(value) {
    return `'${value
        .toWellFormed()
        .replaceAll("'", `'\\''`)
        .replaceAll(/\{(?=\{)/g, `{''`)}'`;
}

;// CONCATENATED MODULE: ./lib/src/updaters/ssm-parameters.js

const SHELL_DOCUMENT = 'AWS-RunShellScript';
/** What the agent takes, in seconds. */
const LONGEST_EXECUTION = 172_800;
const isShellDocument = ({ name }) => name === SHELL_DOCUMENT || name.endsWith(`document/${SHELL_DOCUMENT}`);
/** What is wrong with the parameters whatever the servers are, a sentence each. */
function parameterProblems(document) {
    if (!isShellDocument(document))
        return [];
    const { commands, executionTimeout } = document.parameters;
    const problems = [];
    if (commands === undefined || commands.length === 0)
        problems.push(`ssm-parameters: ${SHELL_DOCUMENT} needs "commands", what is to be run on the servers`);
    if (executionTimeout !== undefined)
        problems.push('ssm-parameters: leave out "executionTimeout", which update-timeout gives');
    const problem = shebangProblem(commands ?? []);
    return problem === undefined ? problems : [...problems, `ssm-parameters: ${problem}`];
}
/**
 * The parameters of one command. A shell script is told the rollout's facts as environment variables, its commands stay
 * as they are. Which parameters another document has, nobody knows: there a value that is just `{version}` becomes the
 * version as a whole, and is left out when it is not known. What the document does with it is its author's business.
 */
function parametersFor(document, occasion) {
    const { parameters } = document;
    const seconds = String(Math.min(Math.ceil(occasion.timeoutMs / 1_000), LONGEST_EXECUTION));
    if (isShellDocument(document)) {
        const commands = scriptFor(parameters.commands ?? [], occasion);
        return { ...parameters, commands, executionTimeout: [seconds] };
    }
    const values = placeholders(occasion, seconds);
    const filled = Object.entries(parameters).map(([name, given]) => [name, fill(given, values)]);
    return Object.fromEntries(filled.filter(([name, all]) => all.length > 0 || parameters[name]?.length === 0));
}
function placeholders({ context, facts }, seconds) {
    return new Map([
        ['{version}', context.version],
        ['{previous-version}', context.leaves],
        ['{batch}', String(context.batch)],
        ['{batches}', String(context.batches)],
        ['{rollout-id}', facts.rolloutId],
        ['{mode}', facts.mode],
        ['{strategy}', facts.strategy],
        ['{update-timeout}', seconds],
    ]);
}
function fill(given, values) {
    return given.flatMap((text) => {
        const value = values.has(text) ? values.get(text) : text;
        if (value === undefined)
            return [];
        // Systems Manager would put the value of a stored parameter into it.
        if (value !== text && value.includes('{{'))
            throw new Error(`${text} cannot be given to the document: ${JSON.stringify(value)} contains {{`);
        return [value];
    });
}

// EXTERNAL MODULE: ./lib/src/domain/within.js
var within = __webpack_require__(8492);
// EXTERNAL MODULE: ./lib/src/aws/failure.js
var failure = __webpack_require__(3714);
;// CONCATENATED MODULE: ./lib/src/updaters/ssm-failure.js


/** No connection, no request. */
const NOT_CONNECTED = /\b(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ENETDOWN)\b/;
const isThrottled = (error) => error instanceof errors/* ApiError */.hD && (0,failure/* isThrottling */.E)(error.code);
/** Whether a call that failed may have had its effect: nothing came back, or nothing that says no. */
function mayHaveHappened(error) {
    if (isThrottled(error) || (error instanceof errors/* ApiError */.hD && isNotConnected(error)))
        return false;
    return (0,errors/* isTransient */.dg)(error) || isGarbled(error);
}
const isNotConnected = ({ code, message }) => NOT_CONNECTED.test(`${code} ${message}`);
/** An answer that says yes, and that nobody can read: a proxy's, perhaps. */
function isGarbled(error) {
    const cause = error instanceof errors/* ApiError */.hD ? error.cause : error;
    const status = cause?.$metadata?.httpStatusCode;
    return status !== undefined && status < 400;
}
const explain = (error) => error instanceof errors/* ApiError */.hD && error.failure === 'denied'
    ? `the credentials lack the permission ${error.permission}: ${error.message}`
    : (0,errors/* messageOf */.bD)(error);

// EXTERNAL MODULE: ./lib/src/domain/persist.js
var persist = __webpack_require__(1047);
;// CONCATENATED MODULE: ./lib/src/updaters/ssm-time.js

const pauseAfter = (failures) => jittered((0,persist/* pauseAfter */.l)(failures));
/** Many commands that were sent at once are not to be looked at all at once. */
const jittered = (ms) => ms * (0.8 + Math.random() * 0.4);
/** Makes a call that changes nothing until it succeeds, fails for good, or the patience ends. */
const ssm_time_persist = (call, { clock, giveUpAfterMs, signal }) => (0,persist/* persist */.Z)(call, { clock, giveUpAfterMs, signal, pauseAfter });
/** Why a call is aborted that takes too long. */
const noAnswer = () => new Error('no answer in time');
/** A time limit that an abort brings nearer. */
class Deadline {
    #clock;
    #signal;
    #onAbortMs;
    #at;
    #isNear = false;
    constructor(clock, ms, abort) {
        this.#clock = clock;
        this.#at = clock.now() + ms;
        this.#signal = abort.signal;
        this.#onAbortMs = abort.leavesMs;
        this.leftMs();
    }
    /** To be asked for when the abort comes: what it leaves counts from then on. */
    leftMs() {
        const now = this.#clock.now();
        if (this.#signal.aborted && !this.#isNear) {
            this.#isNear = true;
            this.#at = Math.min(this.#at, now + this.#onAbortMs);
        }
        return Math.max(0, this.#at - now);
    }
    /** Ends early at the limit, and when the abort comes. */
    async pause(ms) {
        const isAborted = this.#signal.aborted;
        await this.#clock.sleep(Math.min(ms, this.leftMs()), isAborted ? undefined : this.#signal).catch(() => { });
    }
}
const LEAST_MS = 2_000;
const MOST_MS = 5_000;
/** Of all commands of an update together. */
const BETWEEN_CALLS_MS = 400;
const SLOWEST = 8;
/** How often to look: all commands of an update share what AWS lets through. */
class Pace {
    #commands = 0;
    #slowness = 1;
    begin() {
        this.#commands++;
    }
    end() {
        this.#commands--;
    }
    slower() {
        this.#slowness = Math.min(this.#slowness * 2, SLOWEST);
    }
    faster() {
        this.#slowness = Math.max(this.#slowness * 0.8, 1);
    }
    /** Before the next look at a command that was sent that long ago. */
    pauseMs(ageMs) {
        const pause = Math.max(LEAST_MS, Math.min(ageMs / 10, MOST_MS), this.#commands * BETWEEN_CALLS_MS);
        return jittered(pause * this.#slowness);
    }
}

;// CONCATENATED MODULE: ./lib/src/updaters/ssm-send.js




/** A storm of throttling is sat out for as long. */
const GIVE_UP_AFTER_MS = 5 * 60_000;
/** A command that was taken is listed within seconds: one that is not after so long was not taken. */
const LISTED_WITHIN_MS = 25_000;
/** Looking may fail too. */
const LOOK_FOR_MS = 120_000;
const LOOK_ON_ABORT_MS = 4_000;
const SHORTEST_LOOK_MS = 1_000;
/** The clock of the runner may be wrong by as much. */
const SKEW_MS = 15 * 60_000;
/**
 * Sends a command once. When the answer is lost it may run, or not: it is looked for by its comment before it is sent
 * again. A second one would run only if AWS takes a request that it had for half a minute without listing it. Rejects
 * with the signal's reason, or that of `mayBegin`, when it was certainly not sent.
 */
async function sendOnce(sending, command, signal) {
    const { ssm, clock } = sending;
    const startedAt = clock.now();
    for (let failures = 1;; failures++) {
        signal.throwIfAborted();
        if (failures > 1)
            await sending.mayBegin();
        const sentAt = clock.now();
        try {
            return { commandId: await ssm.send(command) };
        }
        catch (error) {
            if (mayHaveHappened(error)) {
                const found = await find(sending, { command, sentAt }, signal);
                if (found !== 'none')
                    return found;
            }
            else if (!(0,errors/* isTransient */.dg)(error))
                return refusal(error);
            if (clock.now() - startedAt > GIVE_UP_AFTER_MS)
                return { reason: (0,errors/* messageOf */.bD)(error), ended: true };
        }
        await clock.sleep(pauseAfter(failures), signal);
    }
}
function refusal(error) {
    const isBad = error instanceof errors/* ApiError */.hD && error.code === 'InvalidInstanceId';
    return { reason: explain(error), ended: true, ...(isBad ? { badServer: true } : {}) };
}
/** `none`: it was looked for when it had to be there. */
async function find(sending, lost, signal) {
    const { clock } = sending;
    const lostAt = clock.now();
    const limit = new Deadline(clock, LOOK_FOR_MS, { signal, leavesMs: LOOK_ON_ABORT_MS });
    for (let looks = 1; limit.leftMs() > 0; looks++) {
        await limit.pause(pauseAfter(looks));
        const isLate = clock.now() - lostAt >= LISTED_WITHIN_MS;
        const ids = await look(sending, lost, Math.max(limit.leftMs(), SHORTEST_LOOK_MS)).catch(() => undefined);
        if (ids?.[0] !== undefined)
            return { commandId: ids[0] };
        if (isLate && ids !== undefined)
            return 'none';
    }
    return { reason: 'the answer to SendCommand was lost, and the command was not found', ended: false };
}
async function look({ ssm, clock }, { command, sentAt }, ms) {
    const [server = ''] = command.servers;
    const which = { server, sentAfter: sentAt - SKEW_MS };
    const found = await (0,within/* within */.u)(clock, { ms, reason: noAnswer() }, (signal) => ssm.commands(which, signal));
    return found.filter(({ comment }) => comment === command.comment).map(({ id }) => id);
}

// EXTERNAL MODULE: ./lib/src/domain/wording.js
var wording = __webpack_require__(8247);
;// CONCATENATED MODULE: ./lib/src/updaters/ssm-times.js

/** The least that AWS takes, what is enough for an agent that is there, and the most that AWS takes. */
const ssm_times_LEAST_MS = 30_000;
const ENOUGH_MS = 120_000;
const ssm_times_MOST_MS = 2_592_000_000;
/** Systems Manager and the agents keep the times themselves, and say so a little later. */
const GRACE_MS = 30_000;
function timesFor({ timeoutMs, servers, concurrency }) {
    const waves = Math.ceil(servers / concurrency);
    const once = Math.max(ssm_times_LEAST_MS, Math.min(timeoutMs, ENOUGH_MS));
    // Those that wait for others count as not delivered meanwhile.
    const deliveryMs = Math.min(Math.ceil((once + (waves - 1) * timeoutMs) / 1_000) * 1_000, ssm_times_MOST_MS);
    return { timeoutMs, deliveryMs, isLimited: waves > 1 };
}
/**
 * Why the command is to be ended now on a server. The guide and the API reference differ on when an agent that is away
 * counts as timed out, so this is not waited for.
 */
function whyEnd({ deliveryMs, timeoutMs }, { stage, forMs }) {
    if (stage === 'waiting' && forMs > deliveryMs + GRACE_MS)
        return `not delivered within ${(0,wording/* duration */.p0)(deliveryMs)}: the SSM agent does not answer`;
    const limitMs = stage === 'begun' ? timeoutMs : deliveryMs + timeoutMs;
    return forMs > limitMs + GRACE_MS ? `no end within ${(0,wording/* duration */.p0)(timeoutMs)}` : undefined;
}

;// CONCATENATED MODULE: ./lib/src/updaters/ssm-ending.js


/** How long an end that was asked for is waited for; a cancelled step has no more than a moment. */
const CONFIRM_WITHIN_MS = 60_000;
const CONFIRM_ON_ABORT_MS = 5_000;
/** A cancel is an attempt, and may meet a command that is just being handed over. */
const ASK_AGAIN_AFTER_MS = 15_000;
/** The end of a command on one server, from when it is wanted. */
class Ending {
    why;
    #clock;
    #limit;
    #askedAt;
    #failure;
    constructor(why, clock, signal) {
        this.why = why;
        this.#clock = clock;
        this.#limit = new Deadline(clock, CONFIRM_WITHIN_MS, { signal, leavesMs: CONFIRM_ON_ABORT_MS });
    }
    get isOver() {
        return this.#limit.leftMs() === 0;
    }
    get isToBeAsked() {
        return this.#askedAt === undefined || this.#clock.now() - this.#askedAt > ASK_AGAIN_AFTER_MS;
    }
    asked() {
        this.#askedAt = this.#clock.now();
        this.#failure = undefined;
    }
    failed(error) {
        this.#failure = explain(error);
    }
    /** Why it is given up. */
    get reason() {
        return this.#failure === undefined
            ? `${this.why}, cancelled, but not seen to end`
            : `${this.why}, could not be cancelled: ${this.#failure}`;
    }
}

;// CONCATENATED MODULE: ./lib/src/updaters/ssm-verdict.js

/** Neither an agent nor a script has it. */
const WAITING = new Set(['', 'Pending', 'Delayed']);
/** Systems Manager's own word, not the agent's: it was never handed over. */
const NOT_BEGUN = {
    DeliveryTimedOut: 'not delivered in time: the SSM agent does not answer',
    Undeliverable: 'could not be delivered: the instance is gone, or its SSM agent does not answer',
    AccessDenied: 'access denied: the credentials may not send commands to this instance',
    InvalidPlatform: 'the document is not for the platform of this instance',
    Terminated: 'given up by Systems Manager before it began',
    RateExceeded: 'too many commands are pending in this account',
    LimitExceeded: 'too many commands are pending in this account',
    NoInstancesInTag: 'Systems Manager has found no instance for it',
    Incomplete: 'Systems Manager has ended the command without this instance',
};
const isWaiting = ({ state }) => WAITING.has(state);
/** How it has ended; undefined while it has not, or not in a way that is known. */
function verdictOn(invocation, circumstances) {
    const { state, step } = invocation;
    if (state === 'Success')
        return { ok: true };
    const whyNot = NOT_BEGUN[state];
    if (whyNot !== undefined)
        return neverBegun(whyNot, invocation, circumstances);
    if (state === 'Failed') {
        if (step?.exitCode !== undefined)
            return over(`exit code ${step.exitCode}`, step);
        // It may be that the agent's worker has died, and what it ran has not.
        return neverBegun('failed without an exit code', invocation, circumstances);
    }
    if (state === 'Cancelled')
        return over(whyCancelled(circumstances), step);
    // Of an agent that did not say so itself.
    if (state === 'ExecutionTimedOut' || state === 'TimedOut')
        return over(whyKilled(step, circumstances), step);
    return undefined;
}
/** The command as a whole has come to an end that no invocation tells of. */
const isOver = (state) => state in NOT_BEGUN || ['Failed', 'Cancelled', 'TimedOut', 'ExecutionTimedOut'].includes(state);
/**
 * A delivery may also time out for Systems Manager when an agent that has begun is not heard of again
 * (`ExpiresAfter` in the API reference): then what it runs may run on.
 */
function neverBegun(reason, { step }, { mayHaveBegun }) {
    const ended = !mayHaveBegun && step?.startedAt === undefined;
    return { ok: false, reason: ended ? reason : `${reason}; it may have begun, and may still run`, ended };
}
/** The agent has killed the process group, and says when: without that, it has not told. */
function over(reason, step) {
    const ended = step?.startedAt === undefined || step.finishedAt !== undefined;
    return {
        ok: false,
        reason: ended ? reason : `${reason}; the SSM agent has not said that it is over`,
        ended,
    };
}
const whyCancelled = ({ cancelled }) => cancelled === undefined ? 'cancelled by somebody else' : `${cancelled}, cancelled`;
/** The agent takes any exit code 137 for its own doing. */
function whyKilled(step, { timeoutMs }) {
    if (timeoutMs === undefined)
        return 'no end within its execution timeout, killed by the SSM agent';
    const { startedAt, finishedAt } = step ?? {};
    const ranMs = startedAt === undefined || finishedAt === undefined ? timeoutMs : finishedAt - startedAt;
    return ranMs < timeoutMs * 0.9
        ? `killed after ${(0,wording/* duration */.p0)(ranMs)} (exit code 137), as when memory runs out`
        : `no end within ${(0,wording/* duration */.p0)(timeoutMs)}, killed by the SSM agent`;
}

;// CONCATENATED MODULE: ./lib/src/updaters/ssm-watch.js






const LOOK_AFTER_CANCEL_MS = 1_000;
/** Of the few seconds that an abort leaves. */
const CALL_ON_ABORT_MS = 2_000;
/** A command may be unknown at first, so an answer that says no counts only when it is all there is for so long. */
const REFUSED_FOR_MS = 30_000;
/** Invocations that have not appeared by then may never. */
const MISSING_FOR_MS = 15_000;
/** Follows one command until nothing of it runs any more, as far as that can be known. */
class Watch {
    #watching;
    #watched;
    #open;
    #startedAt;
    #isUpToDate = false;
    #refused;
    constructor(watching, watched) {
        this.#watching = watching;
        this.#watched = watched;
        this.#startedAt = watching.clock.now();
        this.#open = new Map(watched.servers.map((server) => [server, {}]));
    }
    async run() {
        const { pace } = this.#watching;
        pace.begin();
        while (this.#open.size > 0) {
            await this.#endWhatMust();
            await this.#pause();
            // To end it is more urgent than to know how it goes.
            if (this.#mustEnd.length > 0)
                continue;
            await this.#look();
            await this.#giveUp();
        }
        pace.end();
    }
    get #ageMs() {
        return this.#since(this.#startedAt);
    }
    #since(at) {
        return this.#watching.clock.now() - at;
    }
    get #tracks() {
        return [...this.#open.values()];
    }
    get #mustEnd() {
        return this.#tracks.flatMap((track) => {
            if (track.ending !== undefined)
                return [];
            const why = this.#watched.whyEnd(this.#progressOf(track)) ?? this.#whyRefused;
            return why === undefined ? [] : [{ track, why }];
        });
    }
    #progressOf({ begunAt, seen }) {
        if (begunAt !== undefined)
            return { stage: 'begun', forMs: this.#since(begunAt) };
        const stage = this.#isUpToDate && seen !== undefined ? 'waiting' : 'unseen';
        return { stage, forMs: this.#ageMs };
    }
    get #whyRefused() {
        if (this.#refused === undefined)
            return undefined;
        const { since, why } = this.#refused;
        return this.#since(since) > REFUSED_FOR_MS ? `cannot be followed: ${why}` : undefined;
    }
    async #endWhatMust() {
        const { clock, signal } = this.#watching;
        for (const { track, why } of this.#mustEnd)
            track.ending = new Ending(why, clock, signal);
        const endings = [...this.#open].flatMap(([server, { ending }]) => (ending ? [{ server, ending }] : []));
        const due = endings.filter(({ ending }) => !ending.isOver && ending.isToBeAsked);
        if (due.length > 0)
            await this.#cancel(due);
    }
    async #cancel(due) {
        const { ssm } = this.#watching;
        const servers = due.map(({ server }) => server);
        try {
            await this.#call((signal) => ssm.cancel(this.#watched.commandId, servers, signal));
            for (const { ending } of due)
                ending.asked();
        }
        catch (error) {
            for (const { ending } of due)
                ending.failed(error);
        }
    }
    async #look() {
        const { ssm, pace, clock } = this.#watching;
        const { commandId } = this.#watched;
        if (this.#tracks.some(({ begunAt }) => begunAt === undefined))
            await this.#watched.onWaiting?.();
        try {
            const invocations = await this.#call((signal) => ssm.invocations(commandId, signal));
            pace.faster();
            this.#refused = undefined;
            this.#isUpToDate = true;
            for (const invocation of invocations)
                await this.#note(invocation);
            if (this.#ageMs > MISSING_FOR_MS && this.#tracks.some(({ seen }) => seen === undefined))
                await this.#lookAtWhole();
        }
        catch (error) {
            this.#isUpToDate = false;
            if (isThrottled(error))
                pace.slower();
            if (!(0,errors/* isTransient */.dg)(error))
                this.#refused ??= { since: clock.now(), why: explain(error) };
        }
    }
    /** A command may end without invocations: then only the command itself tells. */
    async #lookAtWhole() {
        const { commandId } = this.#watched;
        const [command] = await this.#call((signal) => this.#watching.ssm.commands({ commandId }, signal));
        if (command === undefined || !isOver(command.state))
            return;
        const missing = [...this.#open].filter(([, { seen }]) => seen === undefined);
        for (const [server] of missing)
            await this.#note({ server, state: command.state });
    }
    async #note(invocation) {
        const { server } = invocation;
        const track = this.#open.get(server);
        if (track === undefined)
            return;
        track.seen = invocation;
        const { timeoutMs, mayHaveBegun = track.begunAt !== undefined } = this.#watched;
        const verdict = verdictOn(invocation, {
            mayHaveBegun,
            ...(timeoutMs === undefined ? {} : { timeoutMs }),
            ...(track.ending === undefined ? {} : { cancelled: track.ending.why }),
        });
        if (verdict !== undefined)
            await this.#close(server, verdict);
        else if (!isWaiting(invocation))
            track.begunAt ??= this.#watching.clock.now();
    }
    async #giveUp() {
        for (const [server, { ending }] of [...this.#open]) {
            if (ending?.isOver)
                await this.#close(server, { ok: false, reason: ending.reason, ended: false });
        }
    }
    async #close(server, verdict) {
        const invocation = this.#open.get(server)?.seen;
        this.#open.delete(server);
        const { commandId } = this.#watched;
        const end = { commandId, server, verdict, ...(invocation === undefined ? {} : { invocation }) };
        await this.#watching.onEnd(end);
    }
    async #pause() {
        const { clock, pace, signal } = this.#watching;
        const isEnding = this.#tracks.some(({ ending }) => ending !== undefined);
        const ms = isEnding ? LOOK_AFTER_CANCEL_MS : pace.pauseMs(this.#ageMs);
        await clock.sleep(ms, signal.aborted ? undefined : signal).catch(() => { });
    }
    #call(call) {
        const { clock, signal } = this.#watching;
        return signal.aborted ? (0,within/* within */.u)(clock, { ms: CALL_ON_ABORT_MS, reason: noAnswer() }, call) : call(signal);
    }
}

;// CONCATENATED MODULE: ./lib/src/updaters/ssm-batch.js









/** What one command may name. */
const CHUNK = 50;
/** Of how many failures all output is asked for. */
const OUTPUTS = 10;
/** Which agents are there. */
const ASK_FOR_MS = 30_000;
/** As `Updater.update`. Lanes draw chunks from one queue, as many as the concurrency leaves room for. */
async function updateBatch(given, servers) {
    const { concurrency = servers.length } = given.options;
    const batch = new Batch(given);
    const queue = (0,chunks/* chunksOf */.U)(servers, CHUNK).values();
    const lane = async () => {
        let isFirst = true;
        for (const chunk of queue) {
            if (!isFirst)
                await batch.ask();
            isFirst = false;
            if (batch.isStopped)
                return;
            await batch.updateChunk(chunk);
        }
    };
    const most = Math.ceil(servers.length / CHUNK);
    const lanes = concurrency >= servers.length ? most : Math.max(1, Math.floor(concurrency / CHUNK));
    await Promise.all(Array.from({ length: lanes }, lane));
    batch.throwObjection();
}
class Batch {
    #given;
    #document;
    #printer;
    #watching;
    #objection;
    constructor(given) {
        const { ssm, signal, options } = given;
        this.#given = given;
        this.#document = { name: options.document ?? SHELL_DOCUMENT, parameters: options.parameters };
        this.#printer = { ssm, signal, left: OUTPUTS };
        const onEnd = (end) => this.#report(end);
        this.#watching = { ssm, signal, clock: options.clock, pace: new Pace(), onEnd };
    }
    get isStopped() {
        return this.#given.signal.aborted || this.#objection !== undefined;
    }
    throwObjection() {
        if (this.#objection !== undefined)
            throw this.#objection.error;
    }
    /** Asks whether what had to wait may begin. */
    async ask() {
        await this.#given.listener.mayBegin().catch((error) => {
            this.#objection ??= { error };
        });
    }
    async updateChunk(servers) {
        const sent = await this.#send(servers);
        if (sent === undefined)
            return;
        if ('commandId' in sent) {
            await this.#follow(servers, sent.commandId);
            return;
        }
        const others = sent.badServer ? await this.#withoutOffline(servers) : servers;
        if (others.length < servers.length)
            await this.updateChunk(others);
        else
            for (const { id } of servers)
                this.#fail(id, sent.reason, sent.ended);
    }
    /** Undefined when it is not to be begun any more. */
    async #send(servers) {
        const { ssm, options, signal } = this.#given;
        if (servers.length === 0)
            return undefined;
        const mayBegin = async () => {
            await this.ask();
            this.throwObjection();
        };
        try {
            return await sendOnce({ ssm, clock: options.clock, mayBegin }, this.#commandFor(servers), signal);
        }
        catch (error) {
            return this.isStopped ? undefined : { reason: (0,errors/* messageOf */.bD)(error), ended: true };
        }
    }
    #commandFor(servers) {
        const { context, options } = this.#given;
        const { facts, timeoutMs } = options;
        const concurrency = Math.min(options.concurrency ?? CHUNK, servers.length);
        return {
            concurrency,
            document: this.#document.name,
            parameters: parametersFor(this.#document, { servers, context, facts, timeoutMs }),
            servers: servers.map(({ id }) => id),
            comment: commentFor(facts.rolloutId, context.version),
            deliverySeconds: timesFor({ timeoutMs, servers: servers.length, concurrency }).deliveryMs / 1_000,
        };
    }
    /** One that has gone since preflight must not keep the others from their update. */
    async #withoutOffline(servers) {
        const { ssm, options, signal } = this.#given;
        const ids = servers.map(({ id }) => id);
        const patience = { clock: options.clock, signal, giveUpAfterMs: ASK_FOR_MS };
        const agents = await ssm_time_persist(() => ssm.agents(ids, signal), patience).catch(() => undefined);
        if (agents === undefined)
            return servers;
        const online = new Set(agents.filter(({ isOnline }) => isOnline).map(({ server }) => server));
        if (online.size === 0)
            return servers;
        for (const id of ids)
            if (!online.has(id))
                this.#fail(id, 'its SSM agent is not online', true);
        return servers.filter(({ id }) => online.has(id));
    }
    async #follow(servers, commandId) {
        const { listener, options, signal } = this.#given;
        const { timeoutMs } = options;
        const concurrency = options.concurrency ?? servers.length;
        const times = timesFor({ timeoutMs, servers: servers.length, concurrency });
        for (const { id } of servers)
            listener.started(id, commandId);
        const why = (server) => {
            if (signal.aborted)
                return 'aborted';
            if (server.stage !== 'begun' && this.#objection)
                return (0,errors/* messageOf */.bD)(this.#objection.error);
            return whyEnd(times, server);
        };
        const watch = new Watch(this.#watching, {
            commandId,
            whyEnd: why,
            servers: servers.map(({ id }) => id),
            ...(times.isLimited ? { onWaiting: () => this.ask() } : {}),
            ...(isShellDocument(this.#document) ? { timeoutMs } : {}),
        });
        await watch.run();
    }
    async #report(end) {
        const { listener, options } = this.#given;
        const { server, verdict } = end;
        const tail = await lastLines(this.#printer, end);
        for (const line of tail)
            listener.output(server, line);
        if (verdict.ok)
            listener.ended(server, verdict);
        else {
            const link = `see ${consoleLink(options.region, end)}`;
            listener.ended(server, { ...verdict, tail: [...tail, link] });
        }
    }
    #fail(server, reason, ended) {
        this.#given.listener.ended(server, { ok: false, reason, tail: [], ended });
    }
}

// EXTERNAL MODULE: ./node_modules/@aws-sdk/client-ssm/dist-cjs/index.js
var dist_cjs = __webpack_require__(4736);
// EXTERNAL MODULE: ./lib/src/aws/call.js
var call = __webpack_require__(1362);
// EXTERNAL MODULE: ./lib/src/aws/pages.js
var aws_pages = __webpack_require__(2708);
;// CONCATENATED MODULE: ./lib/src/updaters/ssm-mapping.js
/** What is known only by `Status`: details that are new one day are none of ours. */
const DETAILS = new Set([
    'DeliveryTimedOut',
    'ExecutionTimedOut',
    'Undeliverable',
    'AccessDenied',
    'InvalidPlatform',
    'Terminated',
    'RateExceeded',
    'LimitExceeded',
    'NoInstancesInTag',
    'Incomplete',
]);
/** The reference writes `Delivery Timed Out`, and the API has been seen to say `DeliveryTimedOut`. */
function stateFrom(status, details) {
    const detail = details?.replaceAll(' ', '') ?? '';
    return DETAILS.has(detail) ? detail : (status?.replaceAll(' ', '') ?? '');
}
function invocationFrom(invocation) {
    const { InstanceId = '', Status, StatusDetails, CommandPlugins = [] } = invocation;
    const counts = CommandPlugins.find((plugin) => plugin.Status !== 'Success') ?? CommandPlugins.at(-1);
    return {
        server: InstanceId,
        state: stateFrom(Status, StatusDetails),
        ...(counts === undefined ? {} : { step: stepFrom(counts) }),
    };
}
function stepFrom(plugin) {
    const { Name, ResponseCode, ResponseStartDateTime, ResponseFinishDateTime, Output } = plugin;
    return {
        ...(Name === undefined ? {} : { name: Name }),
        // -1: it has not come to one.
        ...(ResponseCode === undefined || ResponseCode === -1 ? {} : { exitCode: ResponseCode }),
        ...(ResponseStartDateTime === undefined ? {} : { startedAt: ResponseStartDateTime.getTime() }),
        ...(ResponseFinishDateTime === undefined ? {} : { finishedAt: ResponseFinishDateTime.getTime() }),
        output: Output ?? '',
    };
}
const sentCommandFrom = (command) => ({
    id: command.CommandId ?? '',
    comment: command.Comment ?? '',
    servers: command.InstanceIds ?? [],
    state: stateFrom(command.Status, command.StatusDetails),
});
const agentFrom = (node) => ({
    server: node.InstanceId ?? '',
    isOnline: node.PingStatus === 'Online',
    ...(node.LastPingDateTime === undefined ? {} : { lastPingAt: node.LastPingDateTime.getTime() }),
    ...(node.PlatformType === undefined ? {} : { platform: node.PlatformType }),
});

;// CONCATENATED MODULE: ./lib/src/updaters/ssm-calls.js




const PAGE = 50;
const named = (0,call/* callsTo */.J)('ssm');
function createRunCommand(client) {
    return {
        async send({ document, parameters, servers, comment, deliverySeconds, concurrency }) {
            // Not to be aborted half-way: it might run, and nobody would know its id.
            const request = new dist_cjs/* SendCommandCommand */.VWR({
                DocumentName: document,
                Parameters: mutable(parameters),
                InstanceIds: [...servers],
                Comment: comment,
                TimeoutSeconds: deliverySeconds,
                MaxConcurrency: String(concurrency),
                // The failure of one server is no reason to leave out others: how many may fail is for the rollout to say.
                MaxErrors: '100%',
            });
            const { Command } = await named('SendCommand', client.send(request));
            return Command?.CommandId ?? '';
        },
        async invocations(commandId, signal) {
            const ask = (from) => client.send(new dist_cjs/* ListCommandInvocationsCommand */.mdT({
                CommandId: commandId,
                Details: true,
                MaxResults: PAGE,
                ...from,
            }), (0,call/* options */.f)(signal));
            const pages = await named('ListCommandInvocations', (0,aws_pages/* allTokenPages */.P)(ask));
            return pages.flatMap((page) => page.CommandInvocations ?? []).map(invocationFrom);
        },
        async commands(which, signal) {
            const ask = (from) => client.send(new dist_cjs/* ListCommandsCommand */.I$q({ ...commandQuery(which), MaxResults: PAGE, ...from }), (0,call/* options */.f)(signal));
            const pages = await named('ListCommands', (0,aws_pages/* allTokenPages */.P)(ask));
            return pages.flatMap((page) => page.Commands ?? []).map(sentCommandFrom);
        },
        async printed({ commandId, server, step }, signal) {
            const request = new dist_cjs/* GetCommandInvocationCommand */.ryN({
                CommandId: commandId,
                InstanceId: server,
                ...(step === undefined ? {} : { PluginName: step }),
            });
            const answer = await named('GetCommandInvocation', client.send(request, (0,call/* options */.f)(signal)));
            return { stdout: answer.StandardOutputContent ?? '', stderr: answer.StandardErrorContent ?? '' };
        },
        async cancel(commandId, servers, signal) {
            const request = new dist_cjs/* CancelCommandCommand */.tal({ CommandId: commandId, InstanceIds: [...servers] });
            await named('CancelCommand', client.send(request, (0,call/* options */.f)(signal)));
        },
        async agents(servers, signal) {
            const ask = (from) => client.send(new dist_cjs/* DescribeInstanceInformationCommand */.MXw({
                Filters: [{ Key: 'InstanceIds', Values: [...servers] }],
                MaxResults: PAGE,
                ...from,
            }), (0,call/* options */.f)(signal));
            const pages = await named('DescribeInstanceInformation', (0,aws_pages/* allTokenPages */.P)(ask));
            return pages.flatMap((page) => page.InstanceInformationList ?? []).map(agentFrom);
        },
    };
}
function commandQuery({ commandId, server, sentAfter, stage }) {
    const filters = [];
    if (sentAfter !== undefined)
        filters.push({ key: 'InvokedAfter', value: wholeSeconds(sentAfter) });
    if (stage !== undefined)
        filters.push({ key: 'ExecutionStage', value: stage });
    return {
        ...(commandId === undefined ? {} : { CommandId: commandId }),
        ...(server === undefined ? {} : { InstanceId: server }),
        ...(filters.length === 0 ? {} : { Filters: filters }),
    };
}
/** `2026-11-23T06:58:14Z`. */
const wholeSeconds = (ms) => `${new Date(ms).toISOString().slice(0, 19)}Z`;
const mutable = (parameters) => Object.fromEntries(Object.entries(parameters).map(([name, values]) => [name, [...values]]));

// EXTERNAL MODULE: ./lib/src/aws/client.js
var client = __webpack_require__(3113);
;// CONCATENATED MODULE: ./lib/src/updaters/ssm-client.js


/**
 * Makes each call once: the SDK would send a command again whose answer was lost, and it would run twice. What may be
 * repeated is repeated by those who call.
 */
const createSsmClient = (region, credentials) => new dist_cjs/* SSMClient */.jBj((0,client/* configOf */.W)({ region, credentials, maxAttempts: 1, requestTimeoutMs: 15_000 }));

;// CONCATENATED MODULE: ./lib/src/updaters/ssm-end.js




const LIST_WITHIN_MS = 60_000;
/**
 * Ends the commands of a rollout, those that were saved and those that run and are found by its id in their comment;
 * answers the servers on which one cannot be shown to have ended.
 */
async function endSsmCommands({ client, clock, rolloutId, commands }, signal) {
    const ssm = createRunCommand(client);
    const running = await runningOf(ssm, { clock, rolloutId, signal });
    const saved = Map.groupBy(commands, ([, commandId]) => commandId);
    const all = new Map([
        ...running,
        ...[...saved].map(([commandId, entries]) => [commandId, entries.map(([server]) => server)]),
    ]);
    const left = await Promise.all([...all].map(([commandId, servers]) => endOne({ ssm, clock, signal }, commandId, servers)));
    return [...new Set(left.flat())];
}
async function runningOf(ssm, { clock, rolloutId, signal }) {
    const list = () => ssm.commands({ stage: 'Executing' }, signal);
    const found = await ssm_time_persist(list, { clock, signal, giveUpAfterMs: LIST_WITHIN_MS });
    return found
        .filter(({ comment }) => isOfRollout(comment, rolloutId))
        .map(({ id, servers }) => [id, servers]);
}
async function endOne(by, commandId, servers) {
    const left = [];
    const watching = {
        ...by,
        pace: new Pace(),
        async onEnd({ server, verdict }) {
            if (!verdict.ok && !verdict.ended)
                left.push(server);
        },
    };
    const whyEnd = () => 'its rollout is over';
    await new Watch(watching, { commandId, whyEnd, servers, mayHaveBegun: true }).run();
    return left;
}

;// CONCATENATED MODULE: ./lib/src/updaters/ssm-problems.js







const ssm_problems_CHUNK = 50;
const ssm_problems_GIVE_UP_AFTER_MS = 60_000;
/** No command has it. */
const NO_COMMAND = '00000000-0000-4000-8000-000000000000';
/** What keeps updates by Run Command from working, a sentence each with what to do. Nothing is sent to a server. */
async function ssmProblems(question, signal) {
    const { client, clock, servers, parameters } = question;
    const document = { name: question.document ?? SHELL_DOCUMENT, parameters };
    const ssm = createRunCommand(client);
    const look = (call) => ssm_time_persist(call, { clock, signal, giveUpAfterMs: ssm_problems_GIVE_UP_AFTER_MS });
    const wrong = servers.filter((id) => !/^i-[0-9a-f]+$/.test(id));
    if (wrong.length > 0)
        return [`ssm-document is for targets of type instance, not for ${(0,wording/* idList */.Mt)(wrong)}: use update-command`];
    const denied = await deniedCalls(ssm, look, signal);
    const agents = await agentsOf(ssm, servers, { look, signal });
    const problems = 'problem' in agents ? [agents.problem] : agentProblems(servers, agents.found, document);
    return [...parameterProblems(document), ...denied, ...problems];
}
/** SendCommand cannot be tried without running something; the others are asked about a command that does not exist. */
async function deniedCalls(ssm, look, signal) {
    const [server, commandId] = ['i-00000000000000000', NO_COMMAND];
    const calls = [
        () => ssm.commands({ commandId }, signal),
        () => ssm.invocations(commandId, signal),
        () => ssm.printed({ commandId, server }, signal),
        () => ssm.cancel(commandId, [server], signal),
    ];
    const problems = await Promise.all(calls.map((call) => look(call).then(() => undefined, problemOf)));
    return problems.filter((problem) => problem !== undefined);
}
/** That there is no such command is as it should be. */
function problemOf(error) {
    if (!(error instanceof errors/* ApiError */.hD))
        throw error;
    if (error.failure === 'denied')
        return explain(error);
    if (error.failure === 'rejected' || error.failure === 'not-found')
        return undefined;
    throw error;
}
async function agentsOf(ssm, servers, { look, signal }) {
    const found = [];
    try {
        for (const chunk of (0,chunks/* chunksOf */.U)(servers, ssm_problems_CHUNK)) {
            found.push(...(await look(() => ssm.agents(chunk, signal))));
        }
    }
    catch (error) {
        if (error instanceof errors/* ApiError */.hD && error.failure === 'denied')
            return { problem: explain(error) };
        throw error;
    }
    return { found };
}
function agentProblems(servers, agents, document) {
    const known = new Map(agents.map((agent) => [agent.server, agent]));
    const unknown = servers.filter((id) => !known.has(id));
    const offline = servers.filter((id) => known.get(id)?.isOnline === false);
    const windows = servers.filter((id) => known.get(id)?.platform === 'Windows');
    const problems = [];
    if (unknown.length > 0)
        problems.push(`Systems Manager does not know ${(0,wording/* idList */.Mt)(unknown)}: install the SSM agent, and give the instance a profile with ` +
            'AmazonSSMManagedInstanceCore');
    if (offline.length > 0)
        problems.push(`the SSM agent of ${(0,wording/* idList */.Mt)(offline)} is not online: start it, or take the server out of the group`);
    if (windows.length > 0 && isShellDocument(document))
        problems.push(`${SHELL_DOCUMENT} is not for Windows (${(0,wording/* idList */.Mt)(windows)}): give another ssm-document`);
    return problems;
}

;// CONCATENATED MODULE: ./lib/src/updaters/ssm.js





/**
 * Updates by Run Command, one command for 50 servers: the fan-out is AWS's. Servers must be instances. Whatever the script
 * is told stands in the command's parameters, which everybody who may read the command history can read.
 */
function createSsmUpdater(options) {
    const ssm = createRunCommand(options.client);
    return {
        update: (servers, context, listener, signal) => updateBatch({ ssm, options, context, listener, signal }, servers),
    };
}


/***/ })

};
