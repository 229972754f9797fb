export const id = 860;
export const ids = [860];
export const modules = {

/***/ 7860:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  SHELL_DOCUMENT: () => (/* reexport */ SHELL_DOCUMENT),
  createConnectionProbe: () => (/* reexport */ createConnectionProbe),
  createSsmClient: () => (/* reexport */ createSsmClient),
  createSsmUpdater: () => (/* binding */ createSsmUpdater),
  endDrainChecks: () => (/* reexport */ endDrainChecks),
  endSsmCommands: () => (/* reexport */ endSsmCommands),
  isShellDocument: () => (/* reexport */ isShellDocument),
  ssmProblems: () => (/* reexport */ ssmProblems),
  unreachableAgents: () => (/* reexport */ unreachableAgents)
});

// EXTERNAL MODULE: ./lib/src/domain/chunks.js
var domain_chunks = __webpack_require__(8861);
// EXTERNAL MODULE: ./lib/src/domain/errors.js
var errors = __webpack_require__(2156);
// EXTERNAL MODULE: ./lib/src/domain/run-command.js
var run_command = __webpack_require__(9474);
// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
;// CONCATENATED MODULE: ./lib/src/updaters/ssm-comment.js

/** The limit of a command's comment. */
const LONGEST = 100;
const LONGEST_ID = 60;
const PREFIX = 'elb-rollout ';
const DRAIN_PREFIX = `${PREFIX}drained? `;
/** Names a command so that it can be found when its id is not known: by its rollout, and by a mark of its own. */
function commentFor(rolloutId, version) {
    const mark = (0,external_node_crypto_.randomBytes)(4).toString('hex');
    return `${markOf(rolloutId)}${mark} ${version}`.slice(0, LONGEST).toWellFormed();
}
/** The same for a command that only looks whether servers have drained: whatever becomes of it, they may go back in. */
function drainCommentFor(rolloutId) {
    const mark = (0,external_node_crypto_.randomBytes)(4).toString('hex');
    return `${drainMarkOf(rolloutId)}${mark}`;
}
const isDrainOfRollout = (comment, rolloutId) => comment.startsWith(drainMarkOf(rolloutId));
const isOfRollout = (comment, rolloutId) => comment.startsWith(markOf(rolloutId));
/** The rollout whose update it is; undefined: it is none of this action's. */
const rolloutIn = (comment) => comment.startsWith(PREFIX) && !comment.startsWith(DRAIN_PREFIX)
    ? comment.slice(PREFIX.length).split(' ')[0]
    : undefined;
/** When a rollout began, milliseconds since the epoch; undefined when its id does not tell. */
function beginningOf(rolloutId) {
    const [, date, time] = /^(\d{8})T(\d{6})Z/.exec(rolloutId) ?? [];
    if (date === undefined || time === undefined)
        return undefined;
    const at = Date.parse(`${date.replace(/^(....)(..)/, '$1-$2-')}T${time.replace(/^(..)(..)/, '$1:$2:')}Z`);
    return Number.isNaN(at) ? undefined : at;
}
const markOf = (rolloutId) => `${PREFIX}${rolloutId.slice(0, LONGEST_ID)} `;
const drainMarkOf = (rolloutId) => `${DRAIN_PREFIX}${rolloutId.slice(0, LONGEST_ID)} `;

// EXTERNAL MODULE: ./lib/src/domain/persist.js
var persist = __webpack_require__(1047);
;// CONCATENATED MODULE: ./lib/src/updaters/ssm-time.js

/** A command that was taken is listed within seconds: one that is not after so long was not taken. */
const LISTED_WITHIN_MS = 25_000;
const pauseAfter = (failures, clock) => jittered((0,persist/* pauseAfter */.l)(failures), clock.now(), failures);
/**
 * Many commands that were sent at once are not to be looked at all at once. Drawn from the time and from what differs
 * between them: as good as chance, and in virtual time the same each time.
 */
function jittered(ms, now, turn) {
    const mixed = Math.imul(Math.floor(now) ^ Math.imul(turn + 1, 0x9e3779b9), 0x85ebca6b);
    const again = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return ms * (0.8 + 0.4 * (((again ^ (again >>> 16)) >>> 0) / 2 ** 32));
}
/** Makes a call that changes nothing until it succeeds, fails for good, or the patience ends. */
const ssm_time_persist = (call, { signal, ...how }) => (0,persist/* persist */.Z)(call, { ...how, signal, pauseAfter: (failures) => pauseAfter(failures, how.clock) });
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
    #clock;
    #turn = 0;
    #commands = 0;
    #slowness = 1;
    constructor(clock) {
        this.#clock = clock;
    }
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
        return jittered(pause * this.#slowness, this.#clock.now(), this.#turn++);
    }
}

// EXTERNAL MODULE: ./lib/src/domain/wording.js
var wording = __webpack_require__(8247);
;// CONCATENATED MODULE: ./lib/src/updaters/ssm-verdict.js

/** Neither an agent nor a script has it. */
const WAITING = new Set(['', 'Pending', 'Delayed']);
/** Systems Manager's own word, not the agent's: it was never handed over. */
const NOT_BEGUN = {
    DeliveryTimedOut: 'not delivered in time: the SSM agent does not answer',
    Undeliverable: 'could not be delivered: the instance is gone, or its SSM agent does not answer',
    AccessDenied: 'access denied: the credentials lack the permission ssm:SendCommand for this instance',
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
/** Nothing more will be told of it. */
const isComplete = (state) => state === 'Success' || isOver(state);
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

;// CONCATENATED MODULE: ./lib/src/updaters/ssm-busy.js




const LOOK_EVERY_MS = 5_000;
const ASK_FOR_MS = 5 * 60_000;
/**
 * The servers on which a command of some rollout runs that nobody waits for any more, with the id of that rollout: two
 * updates at once would ruin each other. Rejects when it cannot be known.
 */
async function busyServers(asking, servers) {
    const { clock, signal, mayBegin: beforeAgain } = asking;
    // One that has just ended may be shown as if it had not.
    const until = clock.now() + run_command/* BUSY_FOR_MS */.rZ;
    for (;;) {
        const look = () => lookOnce(asking, new Set(servers));
        const busy = await ssm_time_persist(look, { clock, signal, beforeAgain, giveUpAfterMs: ASK_FOR_MS });
        if (busy.size === 0 || clock.now() >= until)
            return busy;
        await clock.sleep(LOOK_EVERY_MS, signal);
    }
}
async function lookOnce({ ssm, signal }, wanted) {
    const busy = new Map();
    for (const { id, comment, servers } of await ssm.commands({ stage: 'Executing' }, signal)) {
        const rolloutId = rolloutIn(comment);
        if (rolloutId === undefined || !servers.some((server) => wanted.has(server)))
            continue;
        for (const { server, state } of await ssm.invocations(id, signal))
            if (wanted.has(server) && !isComplete(state))
                busy.set(server, rolloutId);
    }
    return busy;
}
const whyBusy = (rolloutId) => `a command of rollout ${rolloutId} still runs on it: wait for its end, or cancel it in Systems Manager`;

;// CONCATENATED MODULE: ./lib/src/updaters/ssm-online.js

const ssm_online_ASK_FOR_MS = 30_000;
/** Those of at most 50 servers whose agents are there; all of them when that cannot be known, or none is. */
async function onlineAmong(servers, { ssm, clock }, signal) {
    const ids = servers.map(({ id }) => id);
    const patience = { clock, signal, giveUpAfterMs: ssm_online_ASK_FOR_MS };
    const agents = await ssm_time_persist(() => ssm.agents(ids, signal), patience).catch(() => undefined);
    const online = new Set(agents?.filter(({ isOnline }) => isOnline).map(({ server }) => server));
    return online.size === 0 ? servers : servers.filter(({ id }) => online.has(id));
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

;// CONCATENATED MODULE: ./lib/src/updaters/ssm-send.js




/** A storm of throttling is sat out for as long. */
const GIVE_UP_AFTER_MS = 5 * 60_000;
/** Looking may fail too. */
const LOOK_FOR_MS = 120_000;
const LOOK_ON_ABORT_MS = 3_000;
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
        await clock.sleep(pauseAfter(failures, clock), signal);
    }
}
function refusal(error) {
    const isBad = error instanceof errors/* ApiError */.hD && error.code === 'InvalidInstanceId';
    return { reason: (0,errors/* explain */.WE)(error), ended: true, ...(isBad ? { badServer: true } : {}) };
}
/** `none`: it was looked for when it had to be there. */
async function find(sending, lost, signal) {
    const { clock } = sending;
    const lostAt = clock.now();
    const limit = new Deadline(clock, LOOK_FOR_MS, { signal, leavesMs: LOOK_ON_ABORT_MS });
    for (let looks = 1; limit.leftMs() > 0; looks++) {
        await limit.pause(pauseAfter(looks, clock));
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

;// CONCATENATED MODULE: ./lib/src/updaters/ssm-deliver.js



/** Sends a command to those that are there: one that has gone must not keep the others from theirs. */
async function deliver(delivery, servers) {
    const { signal } = delivery;
    const send = async () => sendOnce(delivery, delivery.commandFor(servers), signal);
    const sent = await send().catch((error) => ({
        ...{ reason: (0,errors/* messageOf */.bD)(error), ended: true, isGivenUp: true },
    }));
    if ('commandId' in sent)
        return { servers, commandId: sent.commandId };
    const isBad = 'badServer' in sent && sent.badServer === true;
    const online = isBad ? await onlineAmong(servers, delivery, signal) : servers;
    if (online.length === servers.length)
        return { servers, isGivenUp: false, ...sent };
    delivery.onOffline(servers.filter((server) => !online.includes(server)).map(({ id }) => id));
    return deliver(delivery, online);
}

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
/** The lines that give each server its value of one variable. */
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

;// CONCATENATED MODULE: ./lib/src/updaters/ssm-times.js


/** The least and the most that AWS takes. */
const ssm_times_LEAST_MS = 30_000;
const ssm_times_MOST_MS = 2_592_000_000;
function timesFor({ timeoutMs, servers, concurrency }) {
    const waves = Math.ceil(servers / concurrency);
    const once = Math.max(ssm_times_LEAST_MS, Math.min(timeoutMs, run_command/* DELIVERED_WITHIN_MS */.Wc));
    // Those that wait for others count as not delivered meanwhile.
    const deliveryMs = Math.min(Math.ceil((once + (waves - 1) * timeoutMs) / 1_000) * 1_000, ssm_times_MOST_MS);
    return { timeoutMs, deliveryMs, isLimited: waves > 1 };
}
/**
 * Why the command is to be ended now on a server. The guide and the API reference differ on when an agent that is away
 * counts as timed out, so this is not waited for.
 */
function whyEnd({ deliveryMs, timeoutMs }, { stage, forMs }) {
    if (stage === 'waiting' && forMs > deliveryMs + run_command/* GRACE_MS */.g3)
        return `not delivered within ${(0,wording/* duration */.p0)(deliveryMs)}: the SSM agent does not answer`;
    const limitMs = stage === 'begun' ? timeoutMs : deliveryMs + timeoutMs;
    return forMs > limitMs + run_command/* GRACE_MS */.g3 ? `no end within ${(0,wording/* duration */.p0)(timeoutMs)}` : undefined;
}

;// CONCATENATED MODULE: ./lib/src/updaters/ssm-ending.js



/** A cancelled step has no more than a moment. */
const CONFIRM_ON_ABORT_MS = 3_000;
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
        this.#limit = new Deadline(clock, run_command/* ENDED_WITHIN_MS */.Sg, { signal, leavesMs: CONFIRM_ON_ABORT_MS });
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
        this.#failure = (0,errors/* explain */.WE)(error);
    }
    /** Why it is given up. */
    get reason() {
        return this.#failure === undefined
            ? `${this.why}, cancelled, but not seen to end`
            : `${this.why}, could not be cancelled: ${this.#failure}`;
    }
}

;// CONCATENATED MODULE: ./lib/src/updaters/ssm-watch.js






const LOOK_AFTER_CANCEL_MS = 1_000;
/** Of the few seconds that an abort leaves. */
const CALL_ON_ABORT_MS = 1_500;
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
                this.#refused ??= { since: clock.now(), why: (0,errors/* explain */.WE)(error) };
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
            if (!ending?.isOver)
                continue;
            const { why = '' } = this.#refused ?? {};
            const more = ending.reason.includes(why) ? '' : `: ${why}`;
            await this.#close(server, { ok: false, reason: `${ending.reason}${more}`, ended: false });
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











/** Of how many failures all output is asked for. */
const OUTPUTS = 10;
/** Whoever gave the leave to begin may say otherwise after so long. */
const FRESH_MS = 3_000;
/** As `Updater.update`. Lanes draw chunks from one queue, as many as the concurrency leaves room for. */
async function updateBatch(given, servers) {
    const { concurrency = servers.length } = given.options;
    const batch = new Batch(given);
    const free = await batch.withoutBusy(servers);
    if (batch.isStopped)
        return batch.throwObjection();
    const queue = (0,domain_chunks/* chunksOf */.U)(free, run_command/* SERVERS_A_COMMAND */.vj).values();
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
    const lanes = (0,run_command/* lanesFor */.dn)({ servers: free.length, concurrency });
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
        this.#watching = { ssm, signal, clock: options.clock, pace: new Pace(options.clock), onEnd };
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
    async #askStrictly() {
        await this.ask();
        this.throwObjection();
    }
    /** Those on which nothing runs that somebody has left; the others fail. */
    async withoutBusy(servers) {
        const { ssm, options, signal } = this.#given;
        const { clock } = options;
        const mayBegin = () => this.#askStrictly();
        const startedAt = clock.now();
        const ids = servers.map(({ id }) => id);
        if (ids.length === 0 || signal.aborted)
            return servers;
        try {
            const busy = await busyServers({ ssm, clock, signal, mayBegin }, ids);
            for (const [id, rolloutId] of busy)
                this.#failAll([id], whyBusy(rolloutId), false);
            if (clock.now() - startedAt > FRESH_MS)
                await this.ask();
            return servers.filter(({ id }) => !busy.has(id));
        }
        catch (error) {
            if (!this.isStopped)
                this.#failAll(ids, (0,errors/* explain */.WE)(error), true);
            return [];
        }
    }
    async updateChunk(chunk) {
        const { ssm, options, signal } = this.#given;
        const delivery = {
            ...{ ssm, clock: options.clock, signal },
            mayBegin: () => this.#askStrictly(),
            commandFor: (servers) => this.#commandFor(servers),
            onOffline: (ids) => this.#failAll(ids, 'its SSM agent is not online', true),
        };
        const { servers, ...delivered } = await deliver(delivery, chunk);
        if ('commandId' in delivered)
            return this.#follow(servers, delivered.commandId);
        const { reason, ended, isGivenUp } = delivered;
        if (isGivenUp && this.isStopped)
            return;
        const ids = servers.map(({ id }) => id);
        this.#failAll(ids, reason, ended);
    }
    #commandFor(servers) {
        const { context, options } = this.#given;
        const { facts, timeoutMs } = options;
        const concurrency = Math.min(options.concurrency ?? run_command/* SERVERS_A_COMMAND */.vj, servers.length);
        return {
            concurrency,
            document: this.#document.name,
            parameters: parametersFor(this.#document, { servers, context, facts, timeoutMs }),
            servers: servers.map(({ id }) => id),
            comment: commentFor(facts.rolloutId, context.version),
            deliverySeconds: timesFor({ timeoutMs, servers: servers.length, concurrency }).deliveryMs / 1_000,
        };
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
    #failAll(servers, reason, ended) {
        for (const id of servers)
            this.#given.listener.ended(id, { ok: false, reason, tail: [], ended });
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

;// CONCATENATED MODULE: ./lib/src/updaters/ssm-drain-script.js

/** How the script ends. */
const DRAIN_EXIT = { drained: 0, busy: 1, cannotSee: 3 };
/**
 * Waits on a server until no TCP connection is established on its registered ports, two looks in a row. What it is told
 * are numbers, in DRAIN_PORTS and DRAIN_SECONDS. For any `sh`; by `ss`, or the tables that `ss` reads too.
 *
 * A connection that is handed on into a container (docker-proxy, conmon: by rules of the kernel, past them) is not seen
 * from outside: where no other process listens on the port here, it cannot say that nothing is left.
 */
const SCRIPT = String.raw `
cannot_see() { echo "$1"; exit ${DRAIN_EXIT.cannotSee}; }
case "$DRAIN_PORTS$DRAIN_SECONDS" in ''|*[!0-9\ ]*) cannot_see "does not know its ports" ;; esac
[ -n "$DRAIN_PORTS" ] && [ -r /proc/net/tcp ] || cannot_see "does not know its ports, or has no /proc/net/tcp"

# tcp_sockets STATE PORT: whether there is one; by its state's name for ss, and its number in the tables.
tcp_sockets() {
  if [ -n "$SS" ] && found=$(ss -Htn state "$1" "( sport = :$2 )" 2>/dev/null); then [ -n "$found" ]; return; fi
  case "$1" in established) number=01 ;; *) number=0A ;; esac
  hex=$(printf '%04X' "$2")
  cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | grep -q "^ *[0-9]*: [0-9A-F]*:$hex [0-9A-F]*:[0-9A-F]* $number "
}

# Whether the one that seems to listen only keeps the port for a container.
is_handed_on() {
  for file in $(grep -ls -e docker-proxy -e conmon /proc/[0-9]*/cmdline 2>/dev/null); do
    words=$(tr '\0' ' ' 2>/dev/null < "$file") || continue
    case "$words" in
      *docker-proxy*"-host-port $1 "*) return 0 ;;
      conmon\ *|*/conmon\ *)
        if [ -z "$SS" ] || ss -Htlnp "( sport = :$1 )" 2>/dev/null | grep -q '"conmon"'; then return 0; fi ;;
    esac
  done
  return 1
}

is_busy() {
  for port in $DRAIN_PORTS; do tcp_sockets established "$port" && return 0; done
  return 1
}

now() { read -r up _ < /proc/uptime; echo "${'$'}{up%%.*}"; }

SS=$(command -v ss)
for port in $DRAIN_PORTS; do
  tcp_sockets listening "$port" || cannot_see "nothing listens on port $port, as with some containers: their connections cannot be seen"
  ! is_handed_on "$port" || cannot_see "port $port is handed on to a container, whose connections cannot be seen"
done
end=$(($(now) + DRAIN_SECONDS))
passes=0
while :; do
  if is_busy; then passes=0; else passes=$((passes + 1)); fi
  [ "$passes" -lt 2 ] || exit ${DRAIN_EXIT.drained}
  if [ "$(now)" -ge "$end" ]; then echo "connections were left on port $DRAIN_PORTS to the end"; exit ${DRAIN_EXIT.busy}; fi
  sleep 2
done
`;
/** For one command: each server finds its own ports. */
function drainScriptFor(servers, seconds) {
    const environments = servers.map((server) => ({
        server: server.id,
        variables: { DRAIN_PORTS: portsOf(server).join(' '), DRAIN_SECONDS: String(Math.floor(seconds)) },
    }));
    return [
        ...exportsOf('DRAIN_PORTS', environments),
        ...exportsOf('DRAIN_SECONDS', environments),
        ...SCRIPT.trim().split('\n'),
    ];
}
const portsOf = ({ registrations }) => [...new Set(registrations.map(({ target }) => target.port))].sort((a, b) => a - b);

;// CONCATENATED MODULE: ./lib/src/updaters/ssm-problems.js







const CHUNK = 50;
const ssm_problems_GIVE_UP_AFTER_MS = 60_000;
const BRIEFLY_MS = 10_000;
/** No command has it. */
const NO_COMMAND = '00000000-0000-4000-8000-000000000000';
/** What keeps updates by Run Command from working, a sentence each with what to do. Nothing is sent to a server. */
async function ssmProblems(question, signal) {
    const { client, clock, servers } = question;
    const { problems, mayAsk } = await obstacles(question, signal);
    const asking = { ssm: createRunCommand(client), clock, signal };
    return mayAsk ? [...problems, ...(await busyProblems(asking, servers))] : [...problems];
}
/** The same for commands that do not mind whether an update runs beside them. */
async function ssmObstacles(question, signal) {
    return (await obstacles(question, signal)).problems;
}
async function obstacles(question, signal) {
    const { client, clock, servers, parameters } = question;
    const document = { name: question.document ?? SHELL_DOCUMENT, parameters };
    const ssm = createRunCommand(client);
    const look = (call) => ssm_time_persist(call, { clock, signal, giveUpAfterMs: ssm_problems_GIVE_UP_AFTER_MS });
    const wrong = servers.filter((id) => !/^i-[0-9a-f]+$/.test(id));
    if (wrong.length > 0)
        return {
            problems: [
                `ssm-document is for targets of type instance, not for ${(0,wording/* idList */.Mt)(wrong)}: use update-command`,
            ],
            mayAsk: false,
        };
    const denied = await deniedCalls(ssm, look, signal);
    const agents = await agentsOf(ssm, servers, { look, signal });
    const problems = 'problem' in agents ? [agents.problem] : agentProblems(servers, agents.found, document);
    return {
        problems: [...parameterProblems(document), ...denied, ...problems],
        mayAsk: denied.length === 0,
    };
}
/** Those among the servers of which the agent cannot be reached, with the reason. */
async function unreachableAgents({ client, clock, servers }, signal) {
    const ssm = createRunCommand(client);
    const look = (call) => ssm_time_persist(call, { clock, signal, giveUpAfterMs: BRIEFLY_MS });
    try {
        const agents = await agentsOf(ssm, servers, { look, signal });
        if ('problem' in agents)
            return new Map(servers.map((id) => [id, agents.problem]));
        const online = new Set(agents.found.filter(({ isOnline }) => isOnline).map(({ server }) => server));
        return new Map(servers.filter((id) => !online.has(id)).map((id) => [id, 'its SSM agent is not online']));
    }
    catch (error) {
        if (signal.aborted || !(error instanceof errors/* ApiError */.hD))
            throw error;
        return new Map(servers.map((id) => [id, `whether its SSM agent is online is not known: ${(0,errors/* explain */.WE)(error)}`]));
    }
}
async function busyProblems(asking, servers) {
    const busy = [...(await busyServers(asking, servers))];
    return [...Map.groupBy(busy, ([, rolloutId]) => rolloutId)].map(([rolloutId, some]) => `${(0,wording/* idList */.Mt)(some.map(([id]) => id))}: ${whyBusy(rolloutId)}`);
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
        return (0,errors/* explain */.WE)(error);
    if (error.failure === 'rejected' || error.failure === 'not-found')
        return undefined;
    throw error;
}
async function agentsOf(ssm, servers, { look, signal }) {
    const found = [];
    try {
        for (const chunk of (0,domain_chunks/* chunksOf */.U)(servers, CHUNK)) {
            found.push(...(await look(() => ssm.agents(chunk, signal))));
        }
    }
    catch (error) {
        if (error instanceof errors/* ApiError */.hD && error.failure === 'denied')
            return { problem: (0,errors/* explain */.WE)(error) };
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

;// CONCATENATED MODULE: ./lib/src/updaters/ssm-drain.js












/** The least that AWS takes: what is delivered later than that is of little use. */
const DELIVERY_SECONDS = 30;
/** The script ends by itself; this is for one that hangs. */
const OVERTIME_SECONDS = 15;
const LONGEST_LINE = 200;
/**
 * Asks the servers themselves, by Run Command, for connections that are established on their registered ports: one command
 * for up to 50 servers and a whole drain, which waits there. Servers must be instances that run Linux.
 */
function createConnectionProbe(options) {
    const ssm = createRunCommand(options.client);
    return {
        by: 'connections',
        async watch(drain, listener, signal) {
            const pace = new Pace(options.clock);
            const chunks = (0,domain_chunks/* chunksOf */.U)(drain.servers, run_command/* SERVERS_A_COMMAND */.vj);
            await Promise.all(chunks.map((servers) => watchChunk({ ssm, options, drain, listener, signal, pace }, servers)));
        },
        doubts: (servers, signal) => {
            const { client, clock } = options;
            return ssmObstacles({ client, clock, servers, parameters: { commands: ['true'] } }, signal).catch((error) => [(0,errors/* messageOf */.bD)(error)]);
        },
    };
}
async function watchChunk(watched, chunk) {
    const { ssm, options, listener, signal } = watched;
    const delivery = {
        ...{ ssm, clock: options.clock, signal },
        mayBegin: async () => { },
        commandFor: (servers) => commandFor(watched, servers),
        onOffline: (ids) => listener.unknown(ids, 'the SSM agent is not online'),
    };
    const { servers, ...delivered } = await deliver(delivery, chunk);
    const ids = servers.map(({ id }) => id);
    if ('commandId' in delivered)
        return follow(watched, ids, delivered.commandId);
    if (!signal.aborted)
        listener.unknown(ids, delivered.reason);
}
function commandFor({ options, drain }, servers) {
    const seconds = Math.max(0, Math.floor(drain.forMs / 1_000));
    return {
        document: SHELL_DOCUMENT,
        parameters: {
            commands: drainScriptFor(servers, seconds),
            executionTimeout: [String(seconds + OVERTIME_SECONDS)],
        },
        servers: servers.map(({ id }) => id),
        concurrency: servers.length,
        comment: drainCommentFor(options.rolloutId),
        deliverySeconds: DELIVERY_SECONDS,
    };
}
async function follow({ ssm, options, drain, listener, signal, pace }, servers, commandId) {
    const { clock } = options;
    const timeoutMs = drain.forMs + OVERTIME_SECONDS * 1_000;
    const times = timesFor({ timeoutMs, servers: servers.length, concurrency: servers.length });
    const watch = new Watch({ ssm, clock, pace, signal, onEnd: async (end) => tell(listener, end) }, {
        commandId,
        servers,
        timeoutMs,
        whyEnd: (progress) => (signal.aborted ? 'the drain is over' : whyEnd(times, progress)),
    });
    await watch.run();
}
function tell(listener, { server, verdict, invocation }) {
    if (verdict.ok)
        listener.drained(server);
    else
        listener.unknown([server], whatItSaid(invocation?.step) ?? verdict.reason);
}
/** The script's own words. */
function whatItSaid({ exitCode, output } = {}) {
    if (exitCode !== DRAIN_EXIT.busy && exitCode !== DRAIN_EXIT.cannotSee)
        return undefined;
    const [line = ''] = (output ?? '').trim().split('\n');
    return line === '' ? undefined : line.slice(0, LONGEST_LINE);
}

;// CONCATENATED MODULE: ./lib/src/updaters/ssm-end.js






const LOOK_WITHIN_MS = 60_000;
/** The clock of the runner may be wrong by as much. */
const ssm_end_SKEW_MS = 15 * 60_000;
/**
 * Ends the commands of rollouts, those that were saved and those that are found by their comment; answers the servers on
 * which one cannot be shown to have ended. What Systems Manager itself has given up on may run on all the same.
 */
async function endSsmCommands(ending, signal) {
    const { client, clock, commands, servers } = ending;
    const rest = new Rest({ ssm: createRunCommand(client), clock, signal }, ending.rolloutIds);
    const startedAt = clock.now();
    try {
        const saved = Map.groupBy(commands, ([, id]) => id);
        await rest.end(new Map([...saved].map(([id, entries]) => [id, entries.map(([server]) => server)])));
        // One that was sent a moment ago, by a process that died right after, is not listed yet.
        await clock.sleep(Math.max(0, startedAt + LISTED_WITHIN_MS - clock.now()), signal);
        await rest.end();
        return [...rest.doubts.values()];
    }
    catch (error) {
        const reason = (0,errors/* explain */.WE)(error);
        return [...new Set([...commands.keys(), ...servers])].map((server) => ({ server, reason }));
    }
}
/** The same for the commands that look whether servers have drained. They change nothing: that one may go on is no matter. */
async function endDrainChecks({ client, clock, rolloutId }, signal) {
    const by = { ssm: createRunCommand(client), clock, signal };
    const running = await persistently(by, () => by.ssm.commands({ stage: 'Executing' }, signal));
    const meant = running.filter(({ comment }) => isDrainOfRollout(comment, rolloutId));
    await Promise.all(meant.map(({ id, servers }) => end(by, id, servers)));
}
/** The commands that are left of some rollouts. */
class Rest {
    /** By server. */
    doubts = new Map();
    #by;
    #rolloutIds;
    #known = new Set();
    constructor(by, rolloutIds) {
        this.#by = by;
        this.#rolloutIds = rolloutIds;
    }
    /** Ends those that are listed now and were not before; `others`: ids and servers of more of them. */
    async end(others = new Map()) {
        const found = await commandsOf(this.#by, this.#rolloutIds);
        const listed = new Set(found.map(({ id }) => id));
        const fresh = lastOnes(found).filter(({ command }) => !this.#known.has(command.id));
        const doubts = await Promise.all([
            ...fresh.map(({ command, servers }) => settle(this.#by, command, servers)),
            ...[...others].filter(([id]) => !listed.has(id)).map(([id, servers]) => end(this.#by, id, servers)),
        ]);
        for (const id of [...listed, ...others.keys()])
            this.#known.add(id);
        for (const doubt of doubts.flat())
            this.doubts.set(doubt.server, doubt);
    }
}
/** Newest first. */
async function commandsOf(by, rolloutIds) {
    const beginnings = rolloutIds.map(beginningOf);
    const known = beginnings.filter((at) => at !== undefined);
    const isKnown = known.length > 0 && known.length === beginnings.length;
    const which = isKnown ? { sentAfter: Math.min(...known) - ssm_end_SKEW_MS } : {};
    const all = await persistently(by, () => by.ssm.commands(which, by.signal));
    return all.filter(({ comment }) => rolloutIds.some((id) => isOfRollout(comment, id)));
}
/** What runs; and of what is over the last one on each server: whoever sent it knew that those before had ended. */
function lastOnes(newestFirst) {
    const seen = new Set();
    return newestFirst.flatMap((command) => {
        const servers = isComplete(command.state)
            ? command.servers.filter((id) => !seen.has(id))
            : command.servers;
        for (const id of command.servers)
            seen.add(id);
        return servers.length === 0 || command.state === 'Success' ? [] : [{ command, servers }];
    });
}
/** Of one that is over it is only asked how. */
async function settle(by, { id, state }, servers) {
    if (!isComplete(state))
        return end(by, id, servers);
    const invocations = await persistently(by, () => by.ssm.invocations(id, by.signal));
    // It has come to no server at all.
    if (invocations.length === 0)
        return [];
    const known = new Map(invocations.map((invocation) => [invocation.server, invocation]));
    const open = servers.filter((server) => verdictOfDead(known.get(server)) === undefined);
    const doubts = servers.flatMap((server) => {
        const verdict = verdictOfDead(known.get(server));
        return verdict === undefined || verdict.ok || verdict.ended ? [] : [{ server, reason: verdict.reason }];
    });
    return open.length === 0 ? doubts : [...doubts, ...(await end(by, id, open))];
}
const verdictOfDead = (invocation) => invocation && verdictOn(invocation, { mayHaveBegun: true });
const persistently = ({ clock, signal }, call) => ssm_time_persist(call, { clock, signal, giveUpAfterMs: LOOK_WITHIN_MS });
async function end(by, commandId, servers) {
    const doubts = [];
    const watching = {
        ...by,
        pace: new Pace(by.clock),
        async onEnd({ server, verdict }) {
            if (!verdict.ok && !verdict.ended)
                doubts.push({ server, reason: verdict.reason });
        },
    };
    const whyEnd = () => 'its rollout is over';
    await new Watch(watching, { commandId, whyEnd, servers, mayHaveBegun: true }).run();
    return doubts;
}

;// CONCATENATED MODULE: ./lib/src/updaters/ssm.js







/**
 * Updates by Run Command, one command for 50 servers: the fan-out is AWS's. Servers must be instances. Whatever the script
 * is told stands in the command's parameters, which everybody who may read the command history can read.
 */
function createSsmUpdater(options) {
    const ssm = createRunCommand(options.client);
    return {
        mark: options.facts.rolloutId,
        update: (servers, context, listener, signal) => updateBatch({ ssm, options, context, listener, signal }, servers),
    };
}


/***/ })

};
