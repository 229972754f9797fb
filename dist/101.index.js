export const id = 101;
export const ids = [101];
export const modules = {

/***/ 2101:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  createAlarmWatch: () => (/* reexport */ createAlarmWatch),
  createCanaryGate: () => (/* reexport */ createCanaryGate),
  createCloudWatchClient: () => (/* reexport */ createCloudWatchClient)
});

// EXTERNAL MODULE: ./lib/src/domain/canary-limits.js
var canary_limits = __webpack_require__(48);
// EXTERNAL MODULE: ./lib/src/domain/errors.js
var errors = __webpack_require__(2156);
// EXTERNAL MODULE: ./lib/src/domain/wording.js
var wording = __webpack_require__(8247);
;// CONCATENATED MODULE: ./lib/src/gates/canary-window.js
const MINUTE_MS = 60_000;
/** How long before a share was set is looked for what is usual. */
const BEFORE_MS = 30 * MINUTE_MS;
/** `minutes` is 0 while there is none. */
function windowOf({ since, now }, publicationMs) {
    const from = Math.ceil(since / MINUTE_MS) * MINUTE_MS;
    const to = Math.max(from, Math.floor((now - publicationMs) / MINUTE_MS) * MINUTE_MS);
    return { from, to, minutes: (to - from) / MINUTE_MS };
}
/** For each of the checks: the share of rollouts of equal groups that it may abort. Three make less than one percent. */
const FALSE_ABORTS = 0.003;
/**
 * How improbable a result must be to count. A hold is judged anew with every minute, and a rollout has several holds:
 * minute n may spend 1 / (n (n + 1)) of what its hold has, which is less than all of it however long that lasts.
 */
const levelOf = (window, holds) => FALSE_ABORTS / holds / (window.minutes * (window.minutes + 1));

;// CONCATENATED MODULE: ./lib/src/gates/canary-measure.js

/** What was measured, minute by minute. */
function minutesOf(series, span, { latency }) {
    const minutes = [];
    for (let at = span.from; at < span.to; at += MINUTE_MS) {
        const read = (id) => series.get(id)?.get(at);
        minutes.push({
            at,
            ...present('green', group('green', read)),
            ...present('blue', group('blue', read)),
            ...present('balancer', balancer(read)),
            ...present('latency', latency && latencyIn(read)),
        });
    }
    return minutes;
}
const present = (key, value) => (value === undefined ? {} : { [key]: value });
/** Metrics of events are published only when there are any: none is zero once it is known that there were requests. */
function group(name, read) {
    const requests = read(`${name}_requests`);
    if (requests === undefined)
        return undefined;
    const of = (key) => read(`${name}_${key}`) ?? 0;
    return {
        requests,
        failed: of('failed'),
        refused: of('refused') + of('untrusted'),
        answered: of('ok') + of('redirected') + of('rejected') + of('failed'),
    };
}
/** Requests that no server could be chosen for are counted as errors only. */
function balancer(read) {
    const [requests, errors] = [read('balancer_requests'), read('balancer_errors')];
    if (requests === undefined && errors === undefined)
        return undefined;
    return { requests: requests ?? 0, errors: errors ?? 0 };
}
function latencyIn(read) {
    const [answers, within, seconds] = [
        read('latency_answers'),
        read('latency_within'),
        read('latency_percentile'),
    ];
    if (answers === undefined || within === undefined || seconds === undefined)
        return undefined;
    // CloudWatch interpolates: in case of doubt they were in time.
    return { answers, slow: Math.floor((answers * (100 - within)) / 100 + 1e-6), percentileMs: seconds * 1_000 };
}

;// CONCATENATED MODULE: ./lib/src/gates/canary-place.js
/** Finds where the metrics of a pair are; once. Rejects when there are none, or as `loadBalancerOf` does. */
function placeFinder(loadBalancerOf) {
    let known;
    const find = async ({ blue, green }, signal) => {
        const arn = (await loadBalancerOf(green, signal)) ?? (await loadBalancerOf(blue, signal));
        if (arn === undefined)
            throw new Error('neither target group is attached to a load balancer');
        const name = arn.split(':loadbalancer/')[1] ?? '';
        if (!name.startsWith('app/'))
            throw new Error('only Application Load Balancers have metrics of requests, so use alarm-names instead');
        return name;
    };
    return async (pair, signal) => {
        known ??= find(pair, signal);
        const asked = known;
        try {
            return { loadBalancer: await asked, green: groupIn(pair.green), blue: groupIn(pair.blue) };
        }
        catch (error) {
            if (known === asked)
                known = undefined;
            throw error;
        }
    };
}
/** `targetgroup/green/73e2d6bc24d8a067`, the end of its ARN. */
const groupIn = (arn) => arn.slice(arn.lastIndexOf(':') + 1);

// EXTERNAL MODULE: ./node_modules/@aws-sdk/client-cloudwatch/dist-cjs/index.js
var dist_cjs = __webpack_require__(4085);
// EXTERNAL MODULE: ./lib/src/aws/pages.js
var aws_pages = __webpack_require__(2708);
// EXTERNAL MODULE: ./lib/src/aws/call.js
var call = __webpack_require__(1362);
// EXTERNAL MODULE: ./lib/src/aws/client.js
var client = __webpack_require__(3113);
;// CONCATENATED MODULE: ./lib/src/gates/cloudwatch-client.js



const createCloudWatchClient = (region, credentials) => new dist_cjs/* CloudWatchClient */.WBn((0,client/* configOf */.W)({ region, credentials }));
const named = (0,call/* callsTo */.J)('cloudwatch');
/** The answer of a call. Rejects with an ApiError, or with the signal's reason. */
async function answerOf(operation, signal, answer) {
    try {
        return await named(operation, answer);
    }
    catch (error) {
        signal.throwIfAborted();
        throw error;
    }
}

;// CONCATENATED MODULE: ./lib/src/gates/canary-queries.js




const GROUP_METRICS = {
    requests: 'RequestCount',
    failed: 'HTTPCode_Target_5XX_Count',
    ok: 'HTTPCode_Target_2XX_Count',
    redirected: 'HTTPCode_Target_3XX_Count',
    rejected: 'HTTPCode_Target_4XX_Count',
    refused: 'TargetConnectionErrorCount',
    untrusted: 'TargetTLSNegotiationErrorCount',
};
const BALANCER_METRICS = { requests: 'RequestCount', errors: 'HTTPCode_ELB_5XX_Count' };
/**
 * Metrics, and the dimensions under which they are published:
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
 */
function queriesFor({ loadBalancer, green, blue }, limits) {
    const balancer = { LoadBalancer: loadBalancer };
    const ofGreen = { ...balancer, TargetGroup: green };
    const ofBlue = { ...balancer, TargetGroup: blue };
    return [
        ...sums('green', ofGreen, limits.errors ? GROUP_METRICS : { requests: GROUP_METRICS.requests }),
        ...(limits.errors ? sums('blue', ofBlue, GROUP_METRICS) : []),
        ...(limits.errors ? sums('balancer', balancer, BALANCER_METRICS) : []),
        ...(limits.latency ? latencies(ofGreen, limits.latency) : []),
    ];
}
const sums = (prefix, dimensions, metrics) => Object.entries(metrics).map(([key, name]) => query(`${prefix}_${key}`, dimensions, { name, stat: 'Sum' }));
/** PR(:0.5) is the percentage of values up to 0.5 s. */
const latencies = (dimensions, { percentile, ms }) => Object.entries({ answers: 'SampleCount', within: `PR(:${ms / 1_000})`, percentile: `p${percentile}` }).map(([key, stat]) => query(`latency_${key}`, dimensions, { name: 'TargetResponseTime', stat }));
function query(id, dimensions, what) {
    return {
        Id: id,
        MetricStat: {
            Metric: {
                Namespace: 'AWS/ApplicationELB',
                MetricName: what.name,
                Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
            },
            Period: 60,
            Stat: what.stat,
        },
    };
}
/** All pages. Rejects with an ApiError when not all of it could be had, or with the signal's reason. */
async function measure(client, { queries, span }, signal) {
    const series = new Map(queries.map(({ Id = '' }) => [Id, new Map()]));
    const states = new Map();
    const pages = await (0,aws_pages/* allTokenPages */.P)((from) => {
        const command = new dist_cjs/* GetMetricDataCommand */.Soe({
            MetricDataQueries: [...queries],
            StartTime: new Date(span.from),
            EndTime: new Date(span.to),
            ScanBy: 'TimestampAscending',
            ...from,
        });
        const answer = client.send(command, { abortSignal: signal });
        return answerOf('GetMetricData', signal, answer);
    });
    for (const result of pages.flatMap(({ MetricDataResults = [] }) => MetricDataResults)) {
        add(series.get(result.Id ?? ''), result);
        states.set(result.Id ?? '', result.StatusCode ?? 'Complete');
    }
    for (const state of states.values())
        if (state !== 'Complete')
            throw incomplete(state);
    return series;
}
function add(values, { Timestamps = [], Values = [] }) {
    for (const [index, time] of Timestamps.entries()) {
        const value = Values[index];
        if (value !== undefined)
            values?.set(time.getTime(), value);
    }
}
function incomplete(state) {
    return new errors/* ApiError */.hD({
        failure: state === 'Forbidden' ? 'denied' : 'transient',
        permission: 'cloudwatch:GetMetricData',
        code: state,
        message: `GetMetricData: the answer is incomplete (${state})`,
    });
}

// EXTERNAL MODULE: ./lib/src/domain/traffic.js
var traffic = __webpack_require__(8194);
;// CONCATENATED MODULE: ./lib/src/gates/canary-statistics.js
/** Exact binomial tests. Everything that is judged is a number of bad ones among so many. */
/** The chance of `least` or more hits in `tries`, each a hit with the chance `rate`. */
function binomialTail(least, tries, rate) {
    if (least <= 0)
        return 1;
    if (least > tries || rate <= 0)
        return 0;
    if (rate >= 1)
        return 1;
    if (least <= tries * rate)
        return 1 - binomialTail(tries - least + 1, tries, 1 - rate);
    // Beyond the mean each term is smaller than the one before, by a factor that falls.
    const odds = rate / (1 - rate);
    let term = Math.exp(logChance(least, tries, rate));
    let sum = 0;
    for (let hits = least; hits <= tries && term > sum * Number.EPSILON; hits++) {
        sum += term;
        term *= ((tries - hits) / (hits + 1)) * odds;
    }
    return Math.min(1, sum);
}
/** The rate above which so few `hits` in `tries` would be as improbable as `level`. */
function rateAtMost(hits, tries, level) {
    let [low, high] = [hits / tries, 1];
    for (let round = 0; round < 50; round++) {
        const middle = (low + high) / 2;
        if (binomialTail(tries - hits, tries, 1 - middle) > level)
            low = middle;
        else
            high = middle;
    }
    return high;
}
/**
 * The chance that as many errors as these, or more, fall on `one` when its rate is `times` that of the other. Given how
 * many there are in all, that does not depend on the rate, nor on bursts that strike both.
 */
function chanceOfShare(one, other, times = 1) {
    const weight = times * one.requests;
    return binomialTail(one.errors, one.errors + other.errors, weight / (weight + other.requests));
}
/**
 * How much more errors differ from minute to minute than chance alone would have it: the ratio of the variances, at
 * least 1. Errors of one incident are not independent; so many of them say as much as one independent error does.
 */
function dispersion(minutes) {
    const errors = minutes.reduce((total, each) => total + each.errors, 0);
    const requests = minutes.reduce((total, each) => total + each.requests, 0);
    if (errors === 0 || errors >= requests || minutes.length < 2)
        return 1;
    const rate = errors / requests;
    const squares = minutes
        .filter((each) => each.requests > 0)
        .map((each) => (each.errors - each.requests * rate) ** 2 / (each.requests * rate * (1 - rate)));
    return Math.max(1, squares.reduce((total, each) => total + each) / (minutes.length - 1));
}
/** What a tally is worth in independent errors. */
const worth = ({ errors, requests }, perError) => ({
    errors: Math.floor(errors / perError),
    requests: Math.ceil(requests / perError),
});
function logChance(hits, tries, rate) {
    return (logFactorial(tries) -
        logFactorial(hits) -
        logFactorial(tries - hits) +
        hits * Math.log(rate) +
        (tries - hits) * Math.log1p(-rate));
}
/** Stirling's series, from where its error is below that of a double. */
function logFactorial(n) {
    if (n < 16)
        return Math.log(SMALL_FACTORIALS[n]);
    const x = n + 1;
    const series = 1 / (12 * x) - 1 / (360 * x ** 3) + 1 / (1260 * x ** 5) - 1 / (1680 * x ** 7);
    return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + series;
}
const SMALL_FACTORIALS = [1];
for (let n = 1; n < 16; n++)
    SMALL_FACTORIALS.push(SMALL_FACTORIALS[n - 1] * n);

;// CONCATENATED MODULE: ./lib/src/gates/canary-minutes.js


/** Up to this part of what green has now, a minute still shows how things are with less of it. */
const LITTLE = 0.5;
function split(minutes, at) {
    const most = (LITTLE * at.share) / traffic/* WHOLE */.Ef;
    return {
        share: at.share,
        minutes: minutes.filter((minute) => minute.at >= at.from),
        before: minutes.filter((minute) => minute.at < at.from && shareIn(minute) <= most),
    };
}
function shareIn({ green, blue }) {
    const [ours, theirs] = [green?.requests ?? 0, blue?.requests ?? 0];
    return theirs === 0 ? Number.POSITIVE_INFINITY : ours / (ours + theirs);
}
function comparison({ minutes, before, share }) {
    if (share >= traffic/* WHOLE */.Ef) {
        const perError = dispersion(before.flatMap(({ blue }) => (blue === undefined ? [] : errorsOf(blue))));
        return { green: sum(minutes, 'green'), blue: sum(before, 'blue'), when: 'before', perError };
    }
    const common = minutes.filter(({ green, blue }) => green !== undefined && blue !== undefined);
    return { green: sum(common, 'green'), blue: sum(common, 'blue'), when: 'now', perError: 1 };
}
function sum(minutes, group) {
    const total = { requests: 0, failed: 0, refused: 0, answered: 0 };
    for (const { [group]: counts } of minutes) {
        total.requests += counts?.requests ?? 0;
        total.failed += counts?.failed ?? 0;
        total.refused += counts?.refused ?? 0;
        total.answered += counts?.answered ?? 0;
    }
    return total;
}
/** Connections that failed may be more than requests, should the load balancer try again. */
const errorsOf = ({ requests, failed, refused }) => ({
    requests,
    errors: Math.min(requests, failed + refused),
});
/** Requests that no server has answered. */
const unansweredOf = ({ requests, answered, refused }) => ({
    requests,
    errors: Math.min(requests, Math.max(0, requests - answered, refused)),
});

;// CONCATENATED MODULE: ./lib/src/gates/canary-wording.js

/** `11,003`. */
const count = (number) => Math.round(number)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ',');
/** `4.1%`, `0.012%`. */
function percent(rate) {
    if (rate > 0 && rate < 0.000_01)
        return '< 0.001%';
    const digits = rate >= 0.1 ? 3 : 2;
    return `${Number((rate * 100).toPrecision(digits))}%`;
}
/** `4.1% of 1,240`. */
const rateOf = ({ errors, requests }) => `${percent(requests === 0 ? 0 : errors / requests)} of ${count(requests)}`;
/** `p < 0.001`. */
const chance = (p) => (p < 0.001 ? 'p < 0.001' : `p = ${Number(p.toPrecision(1))}`);
/** `640 ms`, `1.25 s`: finer than other durations. */
const latency = (ms) => ms >= 1_000 && ms < 60_000 ? `${Number((ms / 1_000).toPrecision(3))} s` : (0,wording/* duration */.p0)(ms);

;// CONCATENATED MODULE: ./lib/src/gates/canary-errors.js



/** Whether green fails more of its requests than it may. */
function judgeErrors(observed, { limit, minRequests, level }) {
    const green = sum(observed.minutes, 'green');
    const compared = comparison(observed);
    const isComparable = compared.blue.requests >= minRequests && compared.green.requests > 0;
    const chances = [];
    if (limit.rate !== undefined) {
        const { errors, requests } = errorsOf(green);
        chances.push(binomialTail(errors, requests, limit.rate));
    }
    if (limit.timesBlue !== undefined && isComparable)
        chances.push(chanceAgainstBlue(compared, limit.timesBlue));
    if (chances.length === 0)
        return { verdict: 'unknown', evidence: noComparison(compared, minRequests) };
    const p = Math.max(...chances);
    const evidence = `errors ${rateOf(errorsOf(green))} on green${failedConnections(green)}${besides(compared, { limit, isComparable })}`;
    if (p >= level)
        return { verdict: 'pass', evidence };
    return { verdict: 'fail', evidence: `${evidence} (${chance(p)})` };
}
function chanceAgainstBlue(compared, times) {
    const { green, blue, perError } = compared;
    const [ours, theirs] = [worth(errorsOf(green), perError), worth(errorsOf(blue), perError)];
    return chanceOfShare(ours, theirs, fair(times, compared));
}
/** Errors come and go with the hour: what blue did before is a rough measure. */
const LEAST_TIMES_BEFORE = 2;
const fair = (times, { when }) => when === 'before' ? Math.max(times, LEAST_TIMES_BEFORE) : times;
function failedConnections({ refused }) {
    return refused === 0 ? '' : `, among them ${count(refused)} failed connections`;
}
function besides(compared, by) {
    const { rate } = by.limit;
    const when = compared.when === 'before' ? ' before' : '';
    const blue = by.isComparable ? `, ${rateOf(errorsOf(compared.blue))} on blue${when}` : '';
    return rate === undefined ? blue : `${blue}, ${percent(rate)} allowed`;
}
function noComparison({ blue, when }, minRequests) {
    const had = when === 'before' ? 'had' : 'has had';
    return `blue ${had} ${count(blue.requests)} of the ${count(minRequests)} requests that a comparison needs`;
}

;// CONCATENATED MODULE: ./lib/src/gates/canary-growth.js





/** That green leaves more requests unanswered than blue need only be likely: the growth itself is what is proven. */
const LIKELY = 0.05;
/** Of so many requests that are expected, none at all would be less than one chance in twenty thousand. */
const SURELY_SOME = 10;
/**
 * Servers that are dead, break off or are too late show as 502, 503 or 504 of the load balancer, which counts them for
 * no group. So they must have grown against before, by more than green may fail; and it must be green that leaves more
 * requests unanswered than blue, as other groups of the load balancer may fail as well. Answers the evidence, if there is any.
 */
function findGrowth(observed, terms) {
    const [now, before] = [total(canary_growth_balancer(observed.minutes)), total(canary_growth_balancer(observed.before))];
    if (now.requests < terms.minRequests || before.requests < terms.minRequests)
        return undefined;
    const added = allowed(observed, { terms, before });
    // Most of the time this is enough, and cheap.
    if (now.errors <= now.requests * (before.errors / before.requests + added))
        return undefined;
    const perError = dispersion(canary_growth_balancer(observed.before));
    const level = terms.level / 2;
    const [ours, usual] = [worth(now, perError), worth(before, perError)];
    const rate = Math.min(1, rateAtMost(usual.errors, usual.requests, level) + added);
    const p = binomialTail(ours.errors, ours.requests, rate);
    if (p >= level || !isGreens(observed))
        return undefined;
    return `the load balancer's own 5xx have grown to ${rateOf(now)}, from ${rateOf(before)} before (${chance(p)})`;
}
/** Of all requests of the load balancer, those that green may fail. */
function allowed(observed, { terms, before }) {
    const { rate = 0, timesBlue } = terms.limit;
    const compared = comparison(observed);
    const blue = errorsOf(compared.blue);
    const bluesRate = before.errors / before.requests + (blue.requests === 0 ? 0 : blue.errors / blue.requests);
    const { requests } = total(canary_growth_balancer(observed.minutes));
    const times = timesBlue === undefined ? 0 : fair(timesBlue, compared);
    return (Math.max(rate, times * bluesRate) * sum(observed.minutes, 'green').requests) / requests;
}
function isGreens(observed) {
    const { green, blue } = comparison(observed);
    if (sum(observed.minutes, 'green').requests === 0)
        return isStarved(observed);
    return chanceOfShare(unansweredOf(green), unansweredOf(blue)) < LIKELY;
}
/** Green has no requests, where it should have had some: none of its servers could be chosen. */
function isStarved({ minutes, before, share }) {
    const expected = share < traffic/* WHOLE */.Ef
        ? (sum(minutes, 'blue').requests * share) / (traffic/* WHOLE */.Ef - share)
        : (sum(before, 'blue').requests / before.length) * minutes.length;
    return expected >= SURELY_SOME;
}
/** Requests without a server to go to are no requests in AWS's count. */
const canary_growth_balancer = (minutes) => minutes.flatMap(({ balancer: counts }) => counts === undefined ? [] : { errors: counts.errors, requests: counts.requests + counts.errors });
const total = (tallies) => ({
    errors: tallies.reduce((sum, each) => sum + each.errors, 0),
    requests: tallies.reduce((sum, each) => sum + each.requests, 0),
});

;// CONCATENATED MODULE: ./lib/src/gates/canary-latency.js


/**
 * p99 within 500 ms is one answer in a hundred that may take longer. Minutes have percentiles that do not add up, so it
 * is the slow answers that are counted.
 */
function judgeLatency(minutes, limit, level) {
    const measured = minutes.flatMap(({ latency: counts }) => counts ?? []);
    const answers = measured.reduce((total, each) => total + each.answers, 0);
    if (answers === 0)
        return { verdict: 'unknown', evidence: 'no response times of green have been published' };
    const slow = measured.reduce((total, each) => total + each.slow, 0);
    const p = binomialTail(slow, answers, 1 - limit.percentile / 100);
    const seen = range(measured.map(({ percentileMs }) => percentileMs));
    const evidence = `p${limit.percentile} ${seen}, of ${count(answers)} answers on green, ${latency(limit.ms)} allowed`;
    if (p >= level)
        return { verdict: 'pass', evidence };
    return { verdict: 'fail', evidence: `${evidence}, ${percent(slow / answers)} took longer (${chance(p)})` };
}
function range(values) {
    const [least, most] = [latency(Math.min(...values)), latency(Math.max(...values))];
    return least === most ? least : `${least} to ${most} by the minute`;
}

;// CONCATENATED MODULE: ./lib/src/gates/canary-verdict.js







/** The verdict on what was measured in a hold and before it. */
function judgeMinutes(minutes, limits, hold) {
    const { window, share, holds } = hold;
    const level = levelOf(window, holds);
    const observed = split(minutes, { from: window.from, share });
    const { errors: limit, latency } = limits;
    const minRequests = Math.max(1, limits.minRequests);
    const isEnough = sum(observed.minutes, 'green').requests >= minRequests;
    const verdict = isEnough
        ? together([
            ...(limit === undefined ? [] : [judgeErrors(observed, { limit, minRequests, level })]),
            ...(latency === undefined ? [] : [judgeLatency(observed.minutes, latency, level)]),
        ])
        : { verdict: 'unknown', evidence: tooFewRequests(observed, { minRequests, window }) };
    if (limit === undefined || verdict.verdict === 'fail')
        return verdict;
    const growth = findGrowth(observed, { limit, minRequests, level });
    return growth === undefined ? verdict : { verdict: 'fail', evidence: growth };
}
function together(verdicts) {
    const [worst = 'unknown'] = ['fail', 'unknown', 'pass'].filter((kind) => verdicts.some(({ verdict }) => verdict === kind));
    const told = worst === 'pass' ? verdicts : verdicts.filter(({ verdict }) => verdict === worst);
    return { verdict: worst, evidence: told.map(({ evidence }) => evidence).join('; ') };
}
function tooFewRequests(observed, { minRequests, window }) {
    const { requests } = sum(observed.minutes, 'green');
    const seen = requests === 0 ? 'no' : count(requests);
    return `${seen} requests on green in ${(0,wording/* plural */.LS)(window.minutes, 'minute')}, ${count(minRequests)} are needed`;
}

;// CONCATENATED MODULE: ./lib/src/gates/canary-metrics.js








/** Judges green by the metrics of an Application Load Balancer. How: see the limits, and the files of each check. */
function createCanaryGate(options) {
    const { clock, publicationMs = canary_limits/* PUBLICATION_MS */.G } = options;
    const read = readerOf(options);
    const judged = onceAMinute(options, read);
    return {
        name: 'canary metrics',
        leastHoldMs: (0,canary_limits/* leastHoldMs */.j)(publicationMs),
        async judge(question, signal) {
            signal.throwIfAborted();
            const window = windowOf(question, publicationMs);
            if (window.minutes === 0)
                return tooEarly(window.from + MINUTE_MS + publicationMs);
            return judged(question, window, signal);
        },
        async problems(pair, signal) {
            signal.throwIfAborted();
            try {
                await read(pair, { from: clock.now() - MINUTE_MS, to: clock.now() }, signal);
                return [];
            }
            catch (error) {
                signal.throwIfAborted();
                return (0,errors/* isTransient */.dg)(error) ? [] : [`Canary metrics cannot be judged: ${(0,errors/* explain */.WE)(error)}.`];
            }
        },
    };
}
function readerOf({ client, limits, loadBalancerOf }) {
    const findPlace = placeFinder(loadBalancerOf);
    return async (pair, span, signal) => {
        const queries = queriesFor(await findPlace(pair, signal), limits);
        return minutesOf(await measure(client, { queries, span }, signal), span, limits);
    };
}
const ASK_AGAIN_MS = 15_000;
/** CloudWatch has something new once a minute, and is paid by the question. */
function onceAMinute({ limits, holds }, read) {
    let last;
    return async (question, window, signal) => {
        const { since, now, share } = question;
        if (last?.since === since && last.to === window.to && now < last.againAt)
            return last.verdict;
        const kept = { since, to: window.to, againAt: now + ASK_AGAIN_MS };
        try {
            const minutes = await read(question, { from: window.from - BEFORE_MS, to: window.to }, signal);
            const verdict = judgeMinutes(minutes, limits, { window, share, holds });
            const isLate = minutes.some(({ at, green }) => at >= window.from && green === undefined);
            last = { ...kept, verdict, ...(isLate ? {} : { againAt: Number.POSITIVE_INFINITY }) };
        }
        catch (error) {
            signal.throwIfAborted();
            last = { ...kept, verdict: unasked((0,errors/* explain */.WE)(error)) };
        }
        return last.verdict;
    };
}
const tooEarly = (firstAt) => ({
    verdict: 'unknown',
    evidence: `no whole minute has been published yet, the first one should be at ${(0,wording/* timeOfDay */.rb)(firstAt)}`,
});
const unasked = (why) => ({ verdict: 'unknown', evidence: `no metrics: ${why}` });

// EXTERNAL MODULE: ./lib/src/domain/chunks.js
var chunks = __webpack_require__(8861);
;// CONCATENATED MODULE: ./lib/src/gates/alarms-describe.js




/** Of a call. */
const MOST_NAMES = 100;
/** Without it only metric alarms are answered. */
const BOTH_TYPES = ['MetricAlarm', 'CompositeAlarm'];
/** By name, those that exist. Rejects with an ApiError, or with the signal's reason. */
async function describeAlarms(client, names, signal) {
    const found = new Map();
    for (const some of (0,chunks/* chunksOf */.U)(names, MOST_NAMES)) {
        for (const alarm of await describeSome(client, some, signal))
            found.set(alarm.name, alarm);
    }
    return found;
}
async function describeSome(client, names, signal) {
    const pages = await (0,aws_pages/* allTokenPages */.P)((from) => {
        const input = { AlarmNames: names, AlarmTypes: BOTH_TYPES, MaxRecords: MOST_NAMES, ...from };
        const answer = client.send(new dist_cjs/* DescribeAlarmsCommand */.zWD(input), { abortSignal: signal });
        return answerOf('DescribeAlarms', signal, answer);
    });
    return pages.flatMap(({ MetricAlarms = [], CompositeAlarms = [] }) => [...MetricAlarms, ...CompositeAlarms].map(toAlarm));
}
/** The first names, at most a hundred: all of them, or those that begin so. */
async function someAlarmNames(client, prefix, signal) {
    const only = prefix === undefined ? {} : { AlarmNamePrefix: prefix };
    const input = { AlarmTypes: BOTH_TYPES, MaxRecords: MOST_NAMES, ...only };
    const answer = client.send(new dist_cjs/* DescribeAlarmsCommand */.zWD(input), { abortSignal: signal });
    const { MetricAlarms = [], CompositeAlarms = [] } = await answerOf('DescribeAlarms', signal, answer);
    return [...MetricAlarms, ...CompositeAlarms].map(({ AlarmName = '' }) => AlarmName);
}
function toAlarm(alarm) {
    const since = alarm.StateTransitionedTimestamp?.getTime();
    return {
        name: alarm.AlarmName ?? '',
        state: alarm.StateValue ?? 'INSUFFICIENT_DATA',
        reason: alarm.StateReason ?? '',
        ...(since === undefined ? {} : { since }),
    };
}

// EXTERNAL MODULE: ./lib/src/domain/printable.js
var printable = __webpack_require__(4000);
;// CONCATENATED MODULE: ./lib/src/gates/alarms-near.js


/** Of many names that do not exist, the first few are enough to see what is wrong. */
const MOST_ASKED = 3;
const MOST_SHOWN = 3;
/** What may be meant by each name that no alarm has: ` Perhaps "web-5xx"?`, or nothing. A help, so it never rejects. */
async function hintsFor(client, missing, signal) {
    const hints = missing.slice(0, MOST_ASKED).map(async (name) => {
        const near = await nearNames(client, name, signal).catch(() => []);
        return [name, near.length === 0 ? '' : ` Perhaps ${near.map(printable/* quoted */.TL).join(' or ')}?`];
    });
    return new Map(await Promise.all(hints));
}
/** Among those that begin with the same word; if none is near, among the first that there are. */
async function nearNames(client, name, signal) {
    const [word = ''] = /^[\p{L}\p{N}]+/u.exec(name) ?? [];
    const like = word === '' ? [] : nearest(name, await someAlarmNames(client, word, signal));
    return like.length > 0 ? like : nearest(name, await someAlarmNames(client, undefined, signal));
}
function nearest(name, names) {
    const limit = Math.max(1, Math.floor(name.length / 4));
    return names
        .map((other) => ({ other, distance: distance(bare(name), bare(other)) }))
        .filter((each) => each.distance <= limit)
        .sort((a, b) => a.distance - b.distance)
        .slice(0, MOST_SHOWN)
        .map(({ other }) => other);
}
/** What people get wrong first. */
const bare = (name) => name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');
/** Levenshtein's: letters to put in, take out or change. */
function distance(one, other) {
    let row = Array.from({ length: other.length + 1 }, (_, index) => index);
    for (const [index, letter] of [...one].entries()) {
        const next = [index + 1];
        for (const [at, theirs] of [...other].entries()) {
            const changed = (row[at] ?? 0) + (letter === theirs ? 0 : 1);
            next.push(Math.min(changed, (row[at + 1] ?? 0) + 1, (next[at] ?? 0) + 1));
        }
        row = next;
    }
    return row[[...other].length] ?? 0;
}

;// CONCATENATED MODULE: ./lib/src/gates/alarms-wording.js
/** `"web-5xx" is in ALARM since 2026-11-23 14:05 UTC: Threshold Crossed: …`. */
function told({ name, reason, since }) {
    const when = since === undefined ? '' : ` since ${minute(since)}`;
    const why = alarms_wording_printable(reason);
    return `"${name}" is in ALARM${when}${why === '' ? '' : `: ${why}`}`;
}
const minute = (at) => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
/** Composite alarms name others by their ARN, which has the account in it. */
const ALARM_ARN = /\barn:[\w-]+:cloudwatch:[\w-]*:\d*:alarm:/g;
/** On one line, at most 300 characters. */
function alarms_wording_printable(text) {
    const line = text
        .slice(0, 2_000)
        .replace(ALARM_ARN, '')
        .replace(/[\s\p{C}]+/gu, ' ');
    return [...line.trim()].slice(0, 300).join('').replace(/\.$/, '');
}

;// CONCATENATED MODULE: ./lib/src/gates/cloudwatch-alarms.js





/** None of the alarms may be in ALARM, but for those that are ignored at the start: the first look makes the start. */
function createAlarmWatch(options) {
    const names = [...new Set(options.names)];
    const excuses = new Excuses(options.ignoreAtStart);
    const look = async (signal) => {
        const alarms = await describeAlarms(options.client, names, signal);
        return { names, alarms, ...excuses.apply([...alarms.values()].filter(isRed)) };
    };
    return {
        name: 'alarms',
        async problems(signal) {
            signal.throwIfAborted();
            const strays = options.ignoreAtStart.filter((name) => !names.includes(name)).map(stray);
            try {
                const seen = await look(signal);
                const hints = await hintsFor(options.client, missingIn(seen), signal);
                return [...strays, ...problemsIn(seen, hints)];
            }
            catch (error) {
                signal.throwIfAborted();
                return [...strays, `The alarms cannot be read: ${(0,errors/* explain */.WE)(error)}.`];
            }
        },
        async check(signal) {
            signal.throwIfAborted();
            try {
                return verdictOn(await look(signal));
            }
            catch (error) {
                signal.throwIfAborted();
                return { verdict: 'unknown', evidence: `the alarms cannot be read: ${(0,errors/* explain */.WE)(error)}` };
            }
        },
    };
}
const isRed = ({ state }) => state === 'ALARM';
/**
 * Alarms that were in ALARM at the first look. Once one has been out of it, it is like any other; also when that was
 * between two looks, for then it has been in ALARM since another moment.
 */
class Excuses {
    #ignored;
    #since;
    constructor(ignored) {
        this.#ignored = new Set(ignored);
    }
    apply(red) {
        const before = this.#since ??
            new Map(red.filter(({ name }) => this.#ignored.has(name)).map(({ name, since }) => [name, since]));
        const isExcused = ({ name, since }) => before.has(name) && before.get(name) === since;
        const excused = red.filter(isExcused);
        this.#since = new Map(excused.map(({ name, since }) => [name, since]));
        return { objecting: red.filter((alarm) => !isExcused(alarm)), excused };
    }
}
function problemsIn(seen, hints) {
    const missing = missingIn(seen).map((name) => `There is no alarm "${name}" in this account and region: alarm-names needs its exact name.${hints.get(name) ?? ''}`);
    return [...missing, ...seen.objecting.map(objection)];
}
const missingIn = ({ names, alarms }) => names.filter((name) => !alarms.has(name));
const stray = (name) => `ignore-alarms-at-start has "${name}", which is not in alarm-names.`;
const objection = (alarm) => `The alarm ${told(alarm)}. Wait until it is over, or name it in ignore-alarms-at-start.`;
/** What has no data says nothing; one alarm that can see is enough for a verdict. */
function verdictOn(seen) {
    const { names, alarms, objecting, excused } = seen;
    if (objecting.length > 0)
        return { verdict: 'fail', evidence: objecting.map(told).join('; ') };
    const gone = missingIn(seen);
    if (gone.length > 0)
        return { verdict: 'unknown', evidence: `no longer there: ${(0,wording/* idList */.Mt)(gone)}` };
    const blind = namesOf([...alarms.values()].filter(({ state }) => state === 'INSUFFICIENT_DATA'));
    const ok = names.length - blind.length - excused.length;
    const evidence = [
        ...(ok > 0 ? [`${(0,wording/* plural */.LS)(ok, 'alarm')} OK`] : []),
        ...(blind.length > 0 ? [`no data for ${(0,wording/* idList */.Mt)(blind)}`] : []),
        ...(excused.length > 0 ? [`in ALARM since before the start: ${(0,wording/* idList */.Mt)(namesOf(excused))}`] : []),
    ].join(', ');
    return { verdict: ok > 0 ? 'pass' : 'unknown', evidence };
}
const namesOf = (alarms) => alarms.map(({ name }) => name);

;// CONCATENATED MODULE: ./lib/src/gates/cloudwatch-gates.js
/** All that needs CloudWatch, behind one door: it is opened only when it is needed, as the client takes time to load. */





/***/ })

};
