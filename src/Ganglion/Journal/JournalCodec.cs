using System.Globalization;
using System.Text;
using System.Text.Unicode;
using Ganglion.Events;
using Ganglion.Journal.Entries;

namespace Ganglion.Journal;

/// <summary>
/// The records of a journal: CloudEvents with JSON data, so that everything that reads the log can show them. Their keys are the
/// invocation's id and a number, since each is kept until the invocation is over.
/// </summary>
internal static partial class JournalCodec
{
    /// <summary>The type of the events on the journal's topic.</summary>
    public const string JournalRecorded = "agent_journal_recorded";

    // An invocation's id, a slash and a number.
    private const int MostKeyBytes = 64;

    // No channel's name holds it.
    private const char Separator = ',';

    /// <summary>Makes a record.</summary>
    /// <param name="record">What it holds.</param>
    /// <param name="cause">The event that is being handled.</param>
    /// <param name="source">The agent, as the source of events.</param>
    /// <param name="now">The time.</param>
    public static Record Write(in JournalRecord record, CloudEvent cause, string source, DateTimeOffset now)
    {
        string key = KeyOf(record.Invocation, record.Number);
        var recorded = new CloudEvent
        {
            Id = key,
            Source = source,
            Type = JournalRecorded,
            Time = now,
            CorrelationId = cause.CorrelationId ?? cause.Id,
            CausationId = cause.Id,
            DataContentType = MediaType.Json,
            Data = ToJson(record.Entries),
        };
        var headers = new RecordHeadersBuilder(EventCodec.EstimateHeaders(recorded, default) + record.Instance.Length + 20);
        headers.Add("__journal.instance"u8, record.Instance);
        AddWait(ref headers, record);
        return EventCodec.Encode(recorded, Encoding.UTF8.GetBytes(key), default, ref headers);
    }

    /// <summary>
    /// The channels on which an invocation awaits answers, if the record ends with its waiting; <see langword="null"/> otherwise.
    /// </summary>
    public static IReadOnlyList<string>? AnswersOf(in Record record) =>
        record.Headers.TryGet("__journal.answers"u8, out ReadOnlyMemory<byte> channels)
            ? Encoding.UTF8.GetString(channels.Span).Split(Separator, StringSplitOptions.RemoveEmptyEntries)
            : null;

    /// <summary>Whether the invocation waits and has the instance for itself.</summary>
    public static bool IsExclusive(in Record record) => record.Headers.TryGet("__journal.exclusive"u8, out _);

    /// <summary>Whether one of these answers need not name its question.</summary>
    public static bool SelectsAnswers(in Record record) => record.Headers.TryGet("__journal.selects"u8, out _);

    /// <summary>The instance whose journal a record belongs to.</summary>
    public static string InstanceOf(in Record record) =>
        record.Headers.TryGet("__journal.instance"u8, out ReadOnlyMemory<byte> instance) ? Encoding.UTF8.GetString(instance.Span) : "";

    /// <summary>What removes a record when its invocation is over.</summary>
    public static Record Tombstone(InvocationId id, int number)
    {
        Span<byte> key = stackalloc byte[MostKeyBytes];
        Utf8.TryWrite(key, CultureInfo.InvariantCulture, $"{id}/{number}", out int length);
        return new Record(key[..length].ToArray(), null);
    }

    /// <summary>Which record of which invocation a key names.</summary>
    public static bool TryReadKey(ReadOnlySpan<byte> key, out InvocationId id, out int number)
    {
        Span<char> text = stackalloc char[MostKeyBytes];
        number = 0;
        id = default;
        return key.Length <= text.Length
            && Encoding.UTF8.TryGetChars(key, text, out int length)
            && text[..length].IndexOf('/') is > 0 and var slash
            && InvocationId.TryParse(text[..slash], out id)
            && int.TryParse(text[(slash + 1)..length], NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    // So that whoever owns the partition next knows which channels to read, without reading what lies in the records.
    private static void AddWait(ref RecordHeadersBuilder headers, in JournalRecord record)
    {
        if (record.Entries[^1] is not WaitEntry wait)
        {
            return;
        }

        AwaitedAnswer[] answers = [.. wait.For.Select(operation => operation.Answer).OfType<AwaitedAnswer>()];
        headers.Add(
            "__journal.answers"u8, string.Join(Separator, answers.Select(answer => answer.Channel).Distinct(StringComparer.Ordinal)));
        if (answers.Any(answer => answer.By is not null))
        {
            headers.Add("__journal.selects"u8, "true"u8);
        }

        if (record.IsExclusive)
        {
            headers.Add("__journal.exclusive"u8, "true"u8);
        }
    }

    private static string KeyOf(InvocationId id, int number) => string.Create(CultureInfo.InvariantCulture, $"{id}/{number}");
}
