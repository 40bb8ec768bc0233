using System.Text;
using Ganglion.Brokers;
using Ganglion.Events;

namespace Ganglion.DeadLetters;

/// <summary>
/// The header of a record that was redriven: it names the dead letter. Whoever drops events that come again lets it pass once,
/// though the event has its old id.
/// </summary>
internal static class RedrivenMark
{
    public const string Name = "__redriven";

    public static RecordHeader Of(TopicPartitionOffset letter) => new(Name, letter.ToString());

    /// <summary>Which letter a record was redriven from; <see langword="null"/>: it was not.</summary>
    public static string? Read(in Record record) =>
        record.Headers is { Count: > 0 } headers && headers.TryGet("__redriven"u8, out ReadOnlyMemory<byte> letter)
            ? Encoding.UTF8.GetString(letter.Span)
            : null;
}
