/** The version of package.json, put in when dist/ is built (test/tools/build.mjs) and by the test configuration. */
declare const EGRET_VERSION: string;
