import { describe, expect, it } from "vitest";
import { Firewall, networkOf } from "./firewall.ts";

describe("Firewall.blocks()", () => {
  const privately = [
    "0.0.0.0",
    "10.1.2.3",
    "100.64.0.1",
    "127.0.0.1",
    "127.255.255.255",
    "169.254.169.254",
    "172.31.0.1",
    "192.168.1.1",
    "198.19.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:a00:1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "fd12::1",
    "fe80::1",
    "fe80::1%eth0",
    "ff02::1",
  ];
  it.for(privately)(
    "keeps %s, which is no address of the internet, if that is asked",
    (address) => {
      expect(new Firewall({ blocksPrivate: true, networks: [] }).blocks(address)).toBe(true);
      expect(new Firewall({ blocksPrivate: false, networks: [] }).blocks(address)).toBe(false);
    },
  );

  it.for(["1.1.1.1", "93.184.216.34", "172.32.0.1", "::ffff:1.1.1.1", "2606:4700::1"])(
    "lets %s pass",
    (address) => {
      expect(new Firewall({ blocksPrivate: true, networks: [] }).blocks(address)).toBe(false);
    },
  );

  it("keeps the networks that are named, whatever they are", () => {
    const networks = ["1.1.1.0/24", "2606:4700::/32"].flatMap((text) => networkOf(text) ?? []);
    const firewall = new Firewall({ blocksPrivate: false, networks });
    const addresses = ["1.1.1.1", "::ffff:1.1.1.1", "2606:4700::1", "1.1.2.1", "10.0.0.1"];
    expect(addresses.map((address) => firewall.blocks(address))).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
  });
});

describe("Firewall.blocks() of no address in particular", () => {
  it.for(["0.0.0.0", "::", "::ffff:0.0.0.0", "::ffff:0:0"])("takes %s for this host", (address) => {
    const networks = [networkOf("127.0.0.0/8") ?? []].flat();
    expect(new Firewall({ blocksPrivate: false, networks }).blocks(address)).toBe(true);
    const others = [networkOf("10.0.0.0/8") ?? []].flat();
    expect(new Firewall({ blocksPrivate: false, networks: others }).blocks(address)).toBe(false);
  });
});

describe("networkOf()", () => {
  it.for([
    { text: "10.0.0.0/8", wanted: { address: "10.0.0.0", prefix: 8, family: "ipv4" } },
    { text: "fd00::/8", wanted: { address: "fd00::", prefix: 8, family: "ipv6" } },
    { text: "1.2.3.4/32", wanted: { address: "1.2.3.4", prefix: 32, family: "ipv4" } },
  ])("reads $text", ({ text, wanted }) => {
    expect(networkOf(text)).toEqual(wanted);
  });

  it.for([
    "",
    "10.0.0.0",
    "10.0.0.0/33",
    "fd00::/129",
    "10.0.0.0/-1",
    "10/8",
    "a/8",
    "1.1.1.1/8/8",
  ])("knows that %s is no network", (text) => {
    expect(networkOf(text)).toBeUndefined();
  });
});
