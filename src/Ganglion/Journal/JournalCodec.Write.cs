using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Ganglion.Events;
using Ganglion.Journal.Entries;
using Ganglion.State;

namespace Ganglion.Journal;

// What is recorded, as JSON.
internal static partial class JournalCodec
{
    // A thread keeps its buffer up to this size.
    private const int MostKept = 64 * 1024;

    private static readonly JsonWriterOptions WriterOptions =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _buffer;

    [ThreadStatic]
    private static Utf8JsonWriter? _writer;

    private static byte[] ToJson(IReadOnlyList<JournalEntry> entries)
    {
        ArrayBufferWriter<byte> buffer = _buffer ??= new ArrayBufferWriter<byte>(1024);
        Utf8JsonWriter writer = _writer ??= new Utf8JsonWriter(buffer, WriterOptions);
        buffer.ResetWrittenCount();
        writer.Reset();
        writer.WriteStartObject();
        writer.WriteStartArray("entries"u8);
        for (int i = 0; i < entries.Count; i++)
        {
            writer.WriteStartObject();
            Write(writer, entries[i]);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.Flush();
        byte[] json = buffer.WrittenSpan.ToArray();
        if (buffer.Capacity > MostKept)
        {
            (_buffer, _writer) = (null, null);
        }

        return json;
    }

    private static void Write(Utf8JsonWriter writer, JournalEntry entry)
    {
        switch (entry)
        {
            case BegunEntry begun:
                writer.WriteStartObject("begun"u8);
                writer.WriteString("channel"u8, begun.Channel);
                writer.WritePropertyName("event"u8);
                EventJson.Write(writer, begun.Event);
                writer.WriteString("topic"u8, begun.At.Partition.Topic);
                writer.WriteNumber("partition"u8, begun.At.Partition.Partition);
                writer.WriteNumber("offset"u8, begun.At.Offset);
                writer.WriteEndObject();
                break;
            case TurnEntry turn:
                writer.WriteStartObject("turn"u8);
                writer.WriteString("at"u8, turn.At);
                if (turn.Version != 1)
                {
                    writer.WriteNumber("version"u8, turn.Version);
                }

                writer.WriteEndObject();
                break;
            case StateEntry { State: { } now, Before: { } before } when now.ChangesSince(before) is { } changes:
                writer.WriteStartObject("state_changes"u8);
                StoredStateJson.Write(writer, changes);
                writer.WriteEndObject();
                break;
            case StateEntry state:
                writer.WriteStartObject("state"u8);
                if (state.State is { } seen)
                {
                    StoredStateJson.Write(writer, seen);
                }

                writer.WriteEndObject();
                break;
            case StateAtEntry at:
                writer.WriteNumber("state_at"u8, at.Version);
                break;
            case OutcomeEntry outcome:
                writer.WriteStartObject("outcome"u8);
                Write(writer, outcome.Operation);
                writer.WriteString("at"u8, outcome.At);
                Write(writer, outcome.Outcome);
                writer.WriteEndObject();
                break;
            case WaitEntry wait:
                writer.WriteStartArray("wait"u8);
                foreach (Operation operation in wait.For)
                {
                    writer.WriteStartObject();
                    Write(writer, operation);
                    writer.WriteEndObject();
                }

                writer.WriteEndArray();
                break;
            case CancelledEntry cancelled:
                writer.WriteStartObject("cancelled"u8);
                writer.WriteString("at"u8, cancelled.At);
                writer.WriteEndObject();
                break;
            case ParkedEntry parked:
                writer.WriteStartObject("parked"u8);
                writer.WriteString("cause"u8, parked.Cause);
                writer.WriteEndObject();
                break;
            default:
                throw new InvalidOperationException($"There is no form for {entry.GetType()}.");
        }
    }

    private static void Write(Utf8JsonWriter writer, Operation operation)
    {
        writer.WriteNumber("operation"u8, operation.Number);
        writer.WriteString("kind"u8, KindName(operation.Kind));
        writer.WriteString("name"u8, operation.Name);
        if (operation.Answer is { } answer)
        {
            writer.WriteStartObject("answer"u8);
            writer.WriteString("channel"u8, answer.Channel);
            if (answer.By is { } selector)
            {
                writer.WriteString("property"u8, selector.Property);
                writer.WriteString("value"u8, selector.Value);
            }

            writer.WriteEndObject();
        }
    }

    private static void Write(Utf8JsonWriter writer, Outcome outcome)
    {
        if (outcome.Data is { } data)
        {
            DataJson.Write(writer, data.Span, outcome.ContentType);
        }

        if (outcome.Schema is { } schema)
        {
            writer.WriteString("dataschema"u8, schema);
        }

        if (outcome.Failure is { } failure)
        {
            writer.WriteStartObject("failure"u8);
            writer.WriteString("type"u8, failure.Type);
            writer.WriteString("message"u8, failure.Message);
            if (failure.Code is { } code)
            {
                writer.WriteString("code"u8, code);
            }

            writer.WriteEndObject();
        }

        if (outcome.Event is { } answer)
        {
            writer.WritePropertyName("event"u8);
            EventJson.Write(writer, answer);
        }
    }

    private static string KindName(OperationKind kind) => kind switch
    {
        OperationKind.Effect => "effect",
        OperationKind.Timer => "timer",
        OperationKind.Question => "question",
        OperationKind.Call => "call",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}
