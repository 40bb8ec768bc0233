using System.Runtime.InteropServices;
using System.Text;
using Ganglion.Events;
using Client = Confluent.Kafka;

namespace Ganglion.Kafka.Native;

/// <summary>
/// Polls a consumer, and makes records of what the native client has in its memory. Confluent.Kafka makes some thirty objects of each first, for its
/// headers most of all. For one thread, which sees to it that the consumer is not released meanwhile.
/// </summary>
internal sealed unsafe class RecordPoll(Client.IClient consumer)
{
    private static readonly long MostMilliseconds = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    private readonly SafeHandle _client = NativeHandle.Of(consumer);
    private readonly RecordMemory _memory = new();

    // By the native topic, which may be released and another one be in its place.
    private readonly Dictionary<nint, (byte[] Utf8, string Name)> _topics = [];

    // Where those of one record after the other are put together: how long they are is known only then.
    private byte[] _headers = new byte[1024];

    /// <summary>Waits for a record, the end of a partition, or an error.</summary>
    /// <returns>Whether one has come.</returns>
    public bool TryPoll(TimeSpan longest, out PolledRecord polled)
    {
        NativeMethods.Message* message = NativeMethods.Poll(_client.DangerousGetHandle(), (int)longest.TotalMilliseconds);
        if (message is null)
        {
            polled = default;
            return false;
        }

        try
        {
            polled = Read(message);
            return true;
        }
        finally
        {
            NativeMethods.DestroyMessage(message);
        }
    }

    private PolledRecord Read(NativeMethods.Message* message)
    {
        string? topic = message->Topic == 0 ? null : NameOf(message->Topic);
        if (message->Error == 0)
        {
            return new(topic, message->Partition, message->Offset, ToRecord(message), null);
        }

        string? reason = Marshal.PtrToStringUTF8(NativeMethods.MessageError(message));
        return new(topic, message->Partition, message->Offset, default, new Client.Error((Client.ErrorCode)message->Error, reason));
    }

    private string NameOf(nint topic)
    {
        ReadOnlySpan<byte> utf8 = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(NativeMethods.TopicName(topic));
        if (_topics.TryGetValue(topic, out (byte[] Utf8, string Name) known) && utf8.SequenceEqual(known.Utf8))
        {
            return known.Name;
        }

        string name = Encoding.UTF8.GetString(utf8);
        _topics[topic] = (utf8.ToArray(), name);
        return name;
    }

    private Record ToRecord(NativeMethods.Message* message)
    {
        int headers = EncodeHeaders(message, out int headerCount);
        ReadOnlySpan<byte> key = new(message->Key, checked((int)message->KeySize));
        ReadOnlySpan<byte> value = new(message->Value, checked((int)message->ValueSize));
        Memory<byte> memory = _memory.Take(checked(key.Length + headers + value.Length));
        key.CopyTo(memory.Span);
        _headers.AsSpan(0, headers).CopyTo(memory.Span[key.Length..]);
        value.CopyTo(memory.Span[(key.Length + headers)..]);

        // Not the conversion that the language offers: it makes empty memory of null.
        return new(
            message->Key is null ? default(ReadOnlyMemory<byte>?) : memory[..key.Length],
            message->Value is null ? default(ReadOnlyMemory<byte>?) : memory[(key.Length + headers)..],
            new RecordHeaders(memory.Slice(key.Length, headers), headerCount),
            ToTime(NativeMethods.MessageTime(message, out _)));
    }

    // Producers write what they like. Before 1970 there is no time on Kafka, and -1 says so; .NET knows none beyond the year 9999.
    private static DateTimeOffset ToTime(long milliseconds) =>
        milliseconds < 0 ? default : DateTimeOffset.FromUnixTimeMilliseconds(Math.Min(milliseconds, MostMilliseconds));

    private int EncodeHeaders(NativeMethods.Message* message, out int count)
    {
        count = 0;
        int length = 0;
        if (NativeMethods.MessageHeaders(message, out nint headers) != 0)
        {
            return length;
        }

        while (TryGet(headers, count, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value, out bool isNull))
        {
            int most = checked(length + name.Length + value.Length + (2 * VarInt.MaxBytes));
            if (most > _headers.Length)
            {
                Array.Resize(ref _headers, Math.Max(most, 2 * _headers.Length));
            }

            length += VarInt.Write(_headers.AsSpan(length), name.Length);
            name.CopyTo(_headers.AsSpan(length));
            length += name.Length;
            length += VarInt.Write(_headers.AsSpan(length), isNull ? -1 : value.Length);
            value.CopyTo(_headers.AsSpan(length));
            length += value.Length;
            count++;
        }

        return length;
    }

    private static bool TryGet(nint headers, int index, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value, out bool isNull)
    {
        if (NativeMethods.GetHeader(headers, (nuint)index, out byte* nameBytes, out byte* valueBytes, out nuint size) != 0)
        {
            name = value = default;
            isNull = true;
            return false;
        }

        name = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(nameBytes);
        value = new ReadOnlySpan<byte>(valueBytes, checked((int)size));
        isNull = valueBytes is null;
        return true;
    }
}
