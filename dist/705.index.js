export const id = 705;
export const ids = [705];
export const modules = {

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
