using System.Net;
using System.Net.Http.Headers;

namespace Ganglion.Tests.Models;

/// <summary>Answers with a body that is read in pieces, just as they are cut.</summary>
internal sealed class PieceHandler(string mediaType, params ReadOnlyMemory<byte>[] pieces) : HttpMessageHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult(
        new HttpResponseMessage(HttpStatusCode.OK)
        {
            Content = new StreamContent(new PieceStream(pieces)) { Headers = { ContentType = new MediaTypeHeaderValue(mediaType) } },
        });

    private sealed class PieceStream(ReadOnlyMemory<byte>[] pieces) : Stream
    {
        private readonly Queue<ReadOnlyMemory<byte>> _pieces = new(pieces.Where(piece => piece.Length > 0));
        private ReadOnlyMemory<byte> _piece;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.FromResult(Read(buffer.Span));

        public override int Read(Span<byte> buffer)
        {
            if (_piece.Length == 0 && !_pieces.TryDequeue(out _piece))
            {
                return 0;
            }

            int read = Math.Min(_piece.Length, buffer.Length);
            _piece.Span[..read].CopyTo(buffer);
            _piece = _piece[read..];
            return read;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
