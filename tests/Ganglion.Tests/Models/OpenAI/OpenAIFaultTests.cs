using Ganglion.Models.OpenAI;
using Microsoft.Extensions.AI;

namespace Ganglion.Tests.Models.OpenAI;

public sealed class OpenAIFaultTests : ProviderFaultTests
{
    protected override string[] Streams =>
        ["OpenAI/Recorded/compatible-stream.sse", "OpenAI/Recorded/compatible-tools-stream.sse", "OpenAI/Recorded/chat-stream.sse", "OpenAI/Recorded/tools-stream.sse"];

    protected override string MediaType => "text/event-stream";

    protected override string Beginning => "data: {\"choices\":[{\"delta\":{\"content\":\"Once\"}}]}\n\ndata: {\"cho";

    protected override string Whole => System.Text.Encoding.UTF8.GetString(RecordedServer.Read("OpenAI/Recorded/chat.json"));

    protected override IChatClient Client(string address, TimeProvider? time = null, HttpMessageHandler? handler = null) => new OpenAIChatClient(
        new OpenAIOptions { Endpoint = address, ApiKey = "sk-test", Model = "gpt-4o-mini", Timeout = TimeSpan.FromMinutes(2), TimeProvider = time ?? TimeProvider.System },
        handler is null ? null : new HttpClient(handler));
}
