# keeping-registry.py PORT PAUSE: a registry in memory that keeps what came of an upload that broke off, as distribution-spec asks.
# After PAUSE bytes of the first upload it reads no more until POST /go. Prints what tests look for.
import hashlib, http.server, re, sys, threading, uuid

port, pause = int(sys.argv[1]), int(sys.argv[2])
blobs, manifests, uploads = {}, {}, {}
received, go = 0, threading.Event()


class Registry(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def answer(self, status, body=b'', **headers):
        self.send_response(status)
        for name, value in headers.items(): self.send_header(name.replace('_', '-'), value)
        if status != 204: self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        if self.command != 'HEAD': self.wfile.write(body)

    def body(self):
        global received
        left = int(self.headers.get('Content-Length', 0))
        while left > 0:
            if received >= pause and not go.is_set():
                print('paused', flush=True)
                go.wait()
            try: piece = self.rfile.read1(min(left, 1 << 16))
            except ConnectionError: piece = b''
            if not piece: return print('broke off', flush=True)
            left -= len(piece)
            received += len(piece)
            yield piece

    def upload(self):
        id = self.path.split('?')[0].rsplit('/', 1)[1]
        return id, uploads.get(id)

    def do_HEAD(self): self.do_GET()

    def do_GET(self):
        if self.path == '/v2/': return self.answer(200)
        if '/uploads/' in self.path:
            id, content = self.upload()
            if content is None: return self.answer(404)
            print('asked at', len(content), flush=True)
            return self.answer(204, Location=self.path, Range=f'0-{max(0, len(content) - 1)}')
        name = self.path.rsplit('/', 1)[1]
        if '/blobs/' in self.path and name in blobs: return self.answer(200, blobs[name])
        if '/manifests/' in self.path and name in manifests:
            type, content = manifests[name]
            return self.answer(200, content, Content_Type=type)
        self.answer(404)

    def do_POST(self):
        if self.path == '/go': go.set()
        else: uploads[id := uuid.uuid4().hex] = bytearray()
        self.answer(200) if self.path == '/go' else self.answer(202, Location=self.path.split('?')[0] + id)

    def do_PATCH(self):
        id, content = self.upload()
        beginning = int(self.headers.get('Content-Range', '0-').split('-')[0])
        if content is None or beginning != len(content): return self.answer(416 if content is not None else 404)
        for piece in self.body(): content += piece
        self.answer(202, Location=self.path, Range=f'0-{max(0, len(content) - 1)}')

    def do_PUT(self):
        if '/manifests/' in self.path:
            content = b''.join(self.body())
            for name in (self.path.rsplit('/', 1)[1], 'sha256:' + hashlib.sha256(content).hexdigest()): manifests[name] = self.headers['Content-Type'], content
            return self.answer(201)
        id, content = self.upload()
        digest = re.search('digest=sha256(?:%3A|:)([0-9a-f]+)', self.path).group(1)
        if content is None or hashlib.sha256(content).hexdigest() != digest: return self.answer(400)
        blobs['sha256:' + digest] = bytes(uploads.pop(id))
        print('whole at', received, flush=True)
        self.answer(201)

    def log_message(self, *_): pass


server = http.server.ThreadingHTTPServer(('127.0.0.1', port), Registry)
print('listening', flush=True)
server.serve_forever()
