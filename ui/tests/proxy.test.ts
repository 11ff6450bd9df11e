import { screen } from "@testing-library/svelte";
import { expect, test } from "vitest";

import { byId, open } from "./open";
import { busy, server } from "./town";

test("the proxy in between is named among a server's facts, and nothing is said where there is none", async () => {
  const through = server({ proxy: "http://proxy.example.org:3128" });
  const { user } = await open(busy({ servers: [through, server({ id: 2 })] }));
  await user.click(byId("servers"));
  expect(await screen.findAllByText(/through the proxy http:\/\/proxy\.example\.org:3128/)).toHaveLength(1);
  expect(screen.getAllByTestId("server")).toHaveLength(2);
});
