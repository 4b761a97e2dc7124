// The folder list is the architecture: imports point one way, services → adapters → engine → domain →
// foundation, and each outside library stays in one adapter. A slip in a pattern passes silently, so
// test/tidy/boundaries.test.ts plants a fault for every rule here.

/** What a layer must not reach, by path. */
const layers = {
  foundation: "^(packages/(?!foundation/)|services/|test/)",
  domain: "^(packages/(?!foundation/|domain/)|services/|test/)",
  engine: "^(packages/adapters/|services/|test/)",
  adapters: "^(services/|test/)",
};

/** Where a library may be imported; nowhere else, not even for its types. */
const libraries = {
  "@aws-sdk": "packages/adapters/object-store-s3",
  "@grpc": "packages/adapters/rpc-grpc",
  express: "packages/adapters/http-api",
  ioredis: "packages/adapters/ring-redis",
  "prom-client": "packages/adapters/telemetry",
  protobufjs: "packages/adapters/(codec|rpc-grpc)",
  undici: "packages/adapters/integrations",
  winston: "packages/adapters/telemetry",
};

const error = (name, comment, ...[from, to]) => ({ name, comment, severity: "error", from, to });

const layerRules = Object.entries(layers).map(([layer, path]) =>
  error(
    `layer-${layer}`,
    `packages/${layer} may import only the layers below it`,
    { path: `^packages/${layer}/` },
    { path },
  ),
);

const libraryRules = Object.entries(libraries).map(([library, home]) =>
  error(
    `library-${library.replace("@", "")}`,
    `${library} is imported in ${home} only`,
    // Tests may drive the library itself as the other side of a wire.
    { path: "^(packages|services)/", pathNot: `^${home}/|[.]test[.]ts$` },
    { path: `(^|/)node_modules/(@types/)?${library}/` },
  ),
);

module.exports = {
  forbidden: [
    ...layerRules,
    ...libraryRules,
    error(
      "adapter-alone",
      "An adapter knows one outside system; the shared byte format (codec) is the one they share",
      { path: "^packages/adapters/([^/]+)/", pathNot: "[.]test[.]ts$" },
      { path: "^packages/adapters/", pathNot: "^packages/adapters/($1|codec)/" },
    ),
    error(
      "service-alone",
      "Services share code through packages, not through one another",
      { path: "^services/([^/]+)/" },
      { path: "^(services|test)/", pathNot: "^services/$1/" },
    ),
    error(
      "no-deep",
      "A package is entered through its index.ts files",
      { path: "^(packages/adapters/[^/]+|packages/[^/]+|services/[^/]+|test)/" },
      {
        path: "^packages/.+/src/",
        pathNot: ["^$1/", "/index[.]ts$"],
      },
    ),
    error(
      "pure-builtins",
      "foundation, domain and engine do no input or output: of Node they may hash and compress",
      { path: "^packages/(foundation|domain|engine)/", pathNot: "[.]test[.]ts$" },
      { dependencyTypes: ["core"], pathNot: "^(node:)?(crypto|zlib)$" },
    ),
    // Types that speak of one another have no order in which they must be evaluated.
    error(
      "no-circle",
      "A circle of imports has no first file",
      {},
      { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    ),
    error("unresolved", "The import leads nowhere", {}, { couldNotResolve: true }),
  ],
  options: {
    tsPreCompilationDeps: true,
    exclude: { path: "(^|/)dist/" },
    doNotFollow: { path: "node_modules" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["tocsin-source", "import", "require", "node", "default", "types"],
    },
  },
};
