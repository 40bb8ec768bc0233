using Ganglion.Models.Ollama;
using Microsoft.Extensions.AI;

namespace Ganglion.Tests.Models.Ollama;

public sealed class OllamaFaultTests : ProviderFaultTests
{
    protected override string[] Streams =>
        ["Ollama/Recorded/thinking-stream.ndjson", "Ollama/Recorded/chat-stream.ndjson", "Ollama/Recorded/tools-stream.ndjson", "Ollama/Recorded/length-stream.ndjson"];

    protected override string MediaType => "application/x-ndjson";

    protected override string Beginning => """{"model":"llama3.2","message":{"role":"assistant","content":"Once"},"done":false}""" + "\n{\"mod";

    protected override string Whole => System.Text.Encoding.UTF8.GetString(RecordedServer.Read("Ollama/Recorded/chat.json"));

    protected override IChatClient Client(string address, TimeProvider? time = null, HttpMessageHandler? handler = null) => new OllamaChatClient(
        new OllamaOptions { Endpoint = address, Model = "llama3.2", Timeout = TimeSpan.FromMinutes(2), TimeProvider = time ?? TimeProvider.System },
        handler is null ? null : new HttpClient(handler));
}
