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
    public static string? Read(in Record record)
    {
        // Every event is asked, and next to none has it.
        var headers = new RecordHeaderReader(record.Headers);
        while (headers.Read())
        {
            if (headers.Name.SequenceEqual("__redriven"u8))
            {
                return Encoding.UTF8.GetString(headers.Value);
            }
        }

        return null;
    }
}
