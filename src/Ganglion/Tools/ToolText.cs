using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Ganglion.Tools;

/// <summary>The result of a tool as text, not longer than it may be.</summary>
/// <param name="Text">What the model gets to see.</param>
/// <param name="Size">How many bytes there were.</param>
/// <param name="Hash">The SHA-256 of all of them.</param>
internal sealed record ToolText(string Text, long Size, string Hash)
{
    /// <summary>What is larger is not even looked at.</summary>
    public const int MostBytes = 64 * 1024 * 1024;

    /// <summary>How much is kept of all results that may be recorded together: a record of the journal takes 1 MiB, and letters that JSON escapes need several bytes there.</summary>
    public const int MostKept = 256 * 1024;

    /// <exception cref="ToolTextException">The result cannot be told.</exception>
    public static ToolText Of(object? result, JsonSerializerOptions json, int maxBytes)
    {
        using var whole = new BoundedText(maxBytes);
        try
        {
            Write(result, json, whole);
        }
        catch (Exception exception) when (exception is not ToolTextException)
        {
            // Getters of the result's type run here, and may throw whatever they like.
            throw new ToolTextException("its result cannot be written as text.", exception);
        }

        return whole.End();
    }

    private static void Write(object? result, JsonSerializerOptions json, BoundedText whole)
    {
        switch (result)
        {
            case null or JsonElement { ValueKind: JsonValueKind.Null or JsonValueKind.Undefined }:
                break;
            case string text:
                whole.Write(text);
                break;
            case JsonElement { ValueKind: JsonValueKind.String } element:
                whole.Write(element.GetString()!);
                break;
            case TextContent content:
                whole.Write(content.Text);
                break;
            case DataContent content:
                whole.Write($"[{content.MediaType}, {content.Data.Length} bytes, which cannot be shown]");
                break;
            case AIContent content:
                whole.Write($"[{content.GetType().Name}, which cannot be shown]");
                break;
            case IEnumerable<AIContent> contents:
                foreach (AIContent content in contents)
                {
                    Write(content, json, whole);
                    whole.Write("\n");
                }

                break;
            default:
                JsonSerializer.Serialize(whole, result, (json == AIJsonUtilities.DefaultOptions ? ToolArguments.Json : json).GetTypeInfo(result.GetType()));
                break;
        }
    }

    /// <summary>Keeps the beginning, and knows of the rest how much it is.</summary>
    private sealed class BoundedText(int maxBytes) : Stream
    {
        private readonly MemoryStream _kept = new();
        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        private long _size;

        private static SearchValues<char> Printable { get; } = SearchValues.Create([.. Enumerable.Range(' ', '~' - ' ' + 1).Select(letter => (char)letter), '\n', '\t']);

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => _size;

        public override long Position
        {
            get => _size;
            set => throw new NotSupportedException();
        }

        public void Write(string text)
        {
            if (text.Length > MostBytes)
            {
                throw TooLarge();
            }

            Write(Encoding.UTF8.GetBytes(text));
        }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            _size += buffer.Length;
            if (_size > MostBytes)
            {
                throw TooLarge();
            }

            _hash.AppendData(buffer);
            _kept.Write(buffer[..(int)Math.Min(buffer.Length, maxBytes - _kept.Length)]);
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public ToolText End()
        {
            ReadOnlySpan<byte> kept = _kept.GetBuffer().AsSpan(0, (int)_kept.Length);
            string hash = Convert.ToHexStringLower(_hash.GetHashAndReset());
            if (_size == kept.Length)
            {
                return new ToolText(_size == 0 ? "The tool has returned nothing." : Plain(kept), _size, hash);
            }

            // No letter is cut in two.
            int end = kept.Length;
            while (end > 0 && (kept[end - 1] & 0xC0) == 0x80)
            {
                end--;
            }

            end = end > 0 && kept[end - 1] >= 0xC0 ? end - 1 : kept.Length;
            return new ToolText($"{Plain(kept[..end])}\n[cut off here: this is the beginning, {end} of {_size} bytes. Ask for less.]", _size, hash);
        }

        // Nobody can read control characters, and in JSON each would take six bytes.
        private static string Plain(ReadOnlySpan<byte> text)
        {
            string read = Encoding.UTF8.GetString(text);
            return read.AsSpan().IndexOfAnyExcept(Printable) < 0
                ? read
                : string.Create(read.Length, read, static (plain, read) =>
                {
                    for (int i = 0; i < plain.Length; i++)
                    {
                        plain[i] = char.IsControl(read[i]) && read[i] is not ('\n' or '\t') ? ' ' : read[i];
                    }
                });
        }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            _kept.Dispose();
            _hash.Dispose();
            base.Dispose(disposing);
        }

        private static ToolTextException TooLarge() => new($"its result is larger than {MostBytes / 1024 / 1024} MiB. Ask for less.");
    }
}
