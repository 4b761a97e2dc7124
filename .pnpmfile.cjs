// The npm packages that carry Node itself write "os" and "cpu" as strings; as lists they reach the
// lockfile, so that no machine gets a binary of another platform.
module.exports = {
  hooks: {
    readPackage(manifest) {
      if (/^node-(linux|darwin)-/.test(manifest.name)) {
        manifest.os = [].concat(manifest.os ?? []);
        manifest.cpu = [].concat(manifest.cpu ?? []);
      }
      return manifest;
    },
  },
};
