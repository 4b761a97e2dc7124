/**
 * A connection that is closed while its client still sends is reset, and an answer that the client has not
 * read yet is lost: many look for one only when they have sent everything. Node.js does so after an answer
 * that is the last one of its connection, whatever is left of the request. Here the rest is read and thrown
 * away first, for as long as a request may take, as it is on a connection that goes on.
 */
import type { IncomingMessage, RequestListener } from "node:http";

/** Does so where the client has asked for the end. */
export function readingLastBodies(handler: RequestListener): RequestListener {
  return (req, res) => {
    if (!res.shouldKeepAlive) readLastBody(req);
    handler(req, res);
  };
}

/** For a request whose answer ends the connection. To be called before that is sent. */
export function readLastBody(req: IncomingMessage): void {
  const { socket } = req;
  const close = socket.destroySoon.bind(socket);
  // What the server calls when the answer is written.
  socket.destroySoon = () => {
    if (req.complete || socket.destroyed) return close();
    // There is no more to come from here, which some wait for.
    socket.end();
    req.once("end", close).once("error", close);
    req.resume();
  };
}
