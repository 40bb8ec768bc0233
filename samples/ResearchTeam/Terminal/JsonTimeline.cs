using System.Text.Json;
using Ganglion.Events;

namespace ResearchTeam.Terminal;

/// <summary>Writes events as JSON lines to the standard output, and everything else to the standard error.</summary>
internal sealed class JsonTimeline : ITimeline
{
    private static readonly JsonSerializerOptions Json = new EventDataOptions().Json;

    public void Show(TeamEvent one) => Console.WriteLine(JsonSerializer.Serialize(one, Json));

    public void Show(string remark) => Console.Error.WriteLine(remark);

    public void Ask(string question) => Console.Error.Write(question);
}
