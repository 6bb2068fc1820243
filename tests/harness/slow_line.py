"""A line that takes its time: passes a TCP port's connections on, later."""

import asyncio
import threading


class SlowLine:
    """Use as a context manager. What is sent arrives in its order, `seconds` later; a connection takes `begins` more."""

    def __init__(self, port: int, seconds: float, begins: float = 0):
        self.host, self.port = "127.0.0.1", 0
        self.seconds, self.begins = seconds, begins
        self._to = port
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> "SlowLine":
        self._thread.start()
        server = asyncio.run_coroutine_threadsafe(asyncio.start_server(self._serve, self.host, 0), self._loop).result()
        self.port = server.sockets[0].getsockname()[1]
        return self

    def __exit__(self, *_) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop)
        self._thread.join()
        self._loop.close()

    async def _end(self) -> None:
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._loop.stop()

    async def _serve(self, reader, writer) -> None:
        await asyncio.sleep(self.begins)
        far_reader, far_writer = await asyncio.open_connection(self.host, self._to)
        await asyncio.gather(self._pass_on(reader, far_writer), self._pass_on(far_reader, writer), return_exceptions=True)

    async def _pass_on(self, reader, writer) -> None:
        while data := await reader.read(1 << 16):
            self._loop.call_later(self.seconds, writer.write, data)
        self._loop.call_later(self.seconds, writer.close)
