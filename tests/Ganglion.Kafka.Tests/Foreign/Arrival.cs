using System.Text;

namespace Ganglion.Kafka.Tests.Foreign;

/// <summary>A record that has come to a topic.</summary>
internal sealed record Arrival(string Topic, Record Record)
{
    public string Text => Encoding.UTF8.GetString(Record.Value.GetValueOrDefault().Span);

    public string? Header(string name) => Record.Headers.LastOrDefault(header => header.Name == name).Text;
}
