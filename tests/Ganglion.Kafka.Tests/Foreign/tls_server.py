"""tls_server.py CERTIFICATE KEY CA: tells its port, and speaks TLS with those whose certificate CA has signed; what they say then is not answered."""
import socket
import ssl
import sys

context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[1], sys.argv[2])
context.load_verify_locations(sys.argv[3])
context.verify_mode = ssl.CERT_REQUIRED
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
while True:
    connection, _ = listener.accept()
    try:
        with context.wrap_socket(connection, server_side=True) as client:
            client.recv(1)
    except OSError:
        # That is what clients get who are not trusted.
        connection.close()
