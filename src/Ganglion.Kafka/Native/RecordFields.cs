using System.Text;
using Ganglion.Brokers;
using Ganglion.Events;

namespace Ganglion.Kafka.Native;

/// <summary>
/// Hands records to a producer as the list of fields that librdkafka takes, by one call each. The list is filled again and again. For one thread
/// at a time.
/// </summary>
internal sealed unsafe class RecordFields
{
    private const int FieldsBesideHeaders = 7;
    private const int CopyBytes = 2;

    // Pinned: librdkafka reads them where they are.
    private NativeMethods.RecordField[] _fields = NewFields(32);
    private byte[] _texts = NewTexts(1024);
    private int _count;
    private int _length;

    /// <summary>Hands a record over.</summary>
    /// <returns>The error; 0 if there is none.</returns>
    public nint Produce(ProducerHandle client, in ProducerRecord record, nint tag)
    {
        RecordHeaders headers = record.Record.Headers;
        Reserve(record.Topic, headers);
        ReadOnlyMemory<byte>? key = record.Record.Key;
        ReadOnlyMemory<byte>? value = record.Record.Value;
        fixed (byte* keyBytes = key.GetValueOrDefault().Span, valueBytes = value.GetValueOrDefault().Span, headerBytes = headers.Encoded.Span)
        {
            Add(NativeMethods.FieldKind.Topic, AddText(Encoding.UTF8.GetBytes(record.Topic, _texts.AsSpan(_length))));
            Add(NativeMethods.FieldKind.Tag, tag);
            _fields[_count++] = new() { Kind = NativeMethods.FieldKind.Flags, Number = CopyBytes };
            if (record.Partition is { } partition)
            {
                _fields[_count++] = new() { Kind = NativeMethods.FieldKind.Partition, Number = partition };
            }

            if (record.Record.Timestamp != default)
            {
                _fields[_count++] = new() { Kind = NativeMethods.FieldKind.Timestamp, Time = record.Record.Timestamp.ToUnixTimeMilliseconds() };
            }

            if (key is { } keyMemory)
            {
                Add(NativeMethods.FieldKind.Key, OrNothing(keyBytes), keyMemory.Length);
            }

            if (value is { } valueMemory)
            {
                Add(NativeMethods.FieldKind.Value, OrNothing(valueBytes), valueMemory.Length);
            }

            AddHeaders(headers, headerBytes);
            return NativeMethods.Produce(client, Address(_fields), (nuint)_count);
        }
    }

    private void AddHeaders(RecordHeaders headers, byte* encoded)
    {
        ReadOnlySpan<byte> bytes = headers.Encoded.Span;
        int position = 0;
        for (int i = 0; i < headers.Count; i++)
        {
            int nameLength = VarInt.ReadSigned(bytes, ref position);
            bytes.Slice(position, nameLength).CopyTo(_texts.AsSpan(_length));
            position += nameLength;
            int valueLength = VarInt.ReadSigned(bytes, ref position);
            nint name = AddText(nameLength);
            Add(NativeMethods.FieldKind.Header, name, valueLength < 0 ? 0 : (nint)(encoded + position), Math.Max(valueLength, 0));
            position += Math.Max(valueLength, 0);
        }
    }

    private void Add(NativeMethods.FieldKind kind, nint first, nint second = 0, nint third = 0) =>
        _fields[_count++] = new() { Kind = kind, Parts = new() { First = first, Second = second, Third = third } };

    // What ends with a zero; returns where it begins.
    private nint AddText(int length)
    {
        nint text = Address(_texts) + _length;
        _texts[_length + length] = 0;
        _length += length + 1;
        return text;
    }

    // Null would mean that there is no key or value, rather than an empty one.
    private nint OrNothing(byte* bytes) => bytes is null ? Address(_texts) : (nint)bytes;

    private void Reserve(string topic, RecordHeaders headers)
    {
        _count = 0;
        _length = 0;
        int fields = FieldsBesideHeaders + headers.Count;
        if (fields > _fields.Length)
        {
            _fields = NewFields(2 * fields);
        }

        int texts = Encoding.UTF8.GetMaxByteCount(topic.Length) + 1 + headers.Encoded.Length + headers.Count;
        if (texts > _texts.Length)
        {
            _texts = NewTexts(2 * texts);
        }
    }

    private static NativeMethods.RecordField[] NewFields(int count) => GC.AllocateUninitializedArray<NativeMethods.RecordField>(count, pinned: true);

    private static byte[] NewTexts(int bytes) => GC.AllocateUninitializedArray<byte>(bytes, pinned: true);

    private static nint Address<T>(T[] pinned) => (nint)System.Runtime.CompilerServices.Unsafe.AsPointer(ref pinned[0]);
}
