import { expect, it } from "vitest";
import { alternativeNames } from "./client-certificate.ts";

it.each([
  { name: "none", subjectAltName: undefined, names: [] },
  {
    name: "all kinds",
    subjectAltName: "DNS:a.example, IP Address:10.0.0.1, URI:spiffe://a/b, email:a@b.example",
    names: ["a.example", "10.0.0.1", "spiffe://a/b", "a@b.example"],
  },
  {
    name: "one that pretends to be two",
    subjectAltName: 'DNS:"a.example, DNS:admin.example", DNS:b.example',
    names: ["a.example, DNS:admin.example", "b.example"],
  },
  {
    name: "other kinds between them",
    subjectAltName: "othername:<unsupported>, Registered ID:1.2.3, DNS:a.example",
    names: ["a.example"],
  },
])("alternativeNames() reads $name", ({ subjectAltName, names }) => {
  expect(alternativeNames({ subjectAltName })).toEqual(names);
});
