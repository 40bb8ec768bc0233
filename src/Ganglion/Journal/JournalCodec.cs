using System.Globalization;
using System.Text;
using System.Text.Unicode;
using Ganglion.Events;

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
    /// <param name="id">The invocation.</param>
    /// <param name="number">The how-manyeth record of the invocation; from 0.</param>
    /// <param name="instance">The key of the instance.</param>
    /// <param name="entries">What is recorded.</param>
    /// <param name="cause">The event that is being handled.</param>
    /// <param name="source">The agent, as the source of events.</param>
    /// <param name="now">The time.</param>
    /// <param name="isExclusive">Whether the invocation has the instance for itself while it waits.</param>
    public static Record Write(
        InvocationId id, int number, string instance, IReadOnlyList<JournalEntry> entries, CloudEvent cause, string source, DateTimeOffset now, bool isExclusive = false)
    {
        string key = KeyOf(id, number);
        var recorded = new CloudEvent
        {
            Id = key,
            Source = source,
            Type = JournalRecorded,
            Time = now,
            CorrelationId = cause.CorrelationId ?? cause.Id,
            CausationId = cause.Id,
            DataContentType = MediaType.Json,
            Data = ToJson(entries),
        };
        var headers = new RecordHeadersBuilder(EventCodec.EstimateHeaders(recorded, default) + instance.Length + 20);
        headers.Add("__journal.instance"u8, instance);
        AddWait(ref headers, entries, isExclusive);
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
    private static void AddWait(ref RecordHeadersBuilder headers, IReadOnlyList<JournalEntry> entries, bool isExclusive)
    {
        if (entries[^1] is not WaitEntry wait)
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

        if (isExclusive)
        {
            headers.Add("__journal.exclusive"u8, "true"u8);
        }
    }

    private static string KeyOf(InvocationId id, int number) => string.Create(CultureInfo.InvariantCulture, $"{id}/{number}");
}
