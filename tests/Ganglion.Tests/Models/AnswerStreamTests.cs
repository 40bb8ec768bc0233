using System.Runtime.CompilerServices;
using System.Text.Json;
using Ganglion.Agents;
using Ganglion.Events;
using Ganglion.Models;
using Ganglion.Tests.Runtime;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Hosting;

namespace Ganglion.Tests.Models;

/// <summary>Answers that others read while they are made.</summary>
public sealed class AnswerStreamTests : IDisposable
{
    private const string Channel = "answers.stream";

    private readonly SemaphoreSlim _more = new(0);

    public void Dispose() => _more.Dispose();

    [Fact(Timeout = 60_000)]
    public async Task Parts_of_an_answer_are_there_before_its_end_and_together_they_are_the_answer()
    {
        var model = new GatedModel(_more, "The ", "tea ", "is ", "rèady 🫖.");
        await using AgentTestHost host = await StartAsync(model);
        await host.AppendAsync("questions", "k", "{}");

        _more.Release(2);
        List<CloudEvent> begun = await ReadUntilAsync(host, text => text == "The tea ");
        begun[0].Type.ShouldBe("answer.begun");
        Json(begun[0]).GetProperty("agent").GetString().ShouldBe("worker/k");
        Json(begun[0]).GetProperty("name").GetString().ShouldBe("explain");
        _more.Release(2);
        List<CloudEvent> whole = await ReadUntilAsync(host, text => text == "The tea is rèady 🫖.", ended: true);
        whole[^1].Type.ShouldBe("answer.ended");
        Json(whole[^1]).GetProperty("finish_reason").GetString().ShouldBe("stop");
        whole.Select(part => part.Subject).Distinct().ShouldHaveSingleItem();
        whole.Select(part => part.Extensions["sequence"]).ShouldBe(Enumerable.Range(0, whole.Count).Select(number => $"{number:D10}"));
        CloudEvent done = (await host.ReadAsync("done", 1))[0];
        Json(done).GetString().ShouldBe("The tea is rèady 🫖.");
        whole.ShouldAllBe(part => part.CorrelationId == done.CorrelationId && part.CausationId == done.CausationId);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_call_that_is_made_again_begins_its_stream_again_under_the_same_name()
    {
        await using var host = new AgentTestHost();
        await RunAsync(host, new GatedModel(_more, "lost ", "never said"));
        await host.AppendAsync("questions", "k", "{}");
        _more.Release(1);
        List<CloudEvent> lost = await ReadUntilAsync(host, text => text == "lost ");
        await host.KillAsync();

        _more.Release(10);
        await RunAsync(host, new GatedModel(_more, "found"));
        await host.ReadAsync("done", 1);

        List<CloudEvent> all = await ReadUntilAsync(host, text => text.EndsWith("found", StringComparison.Ordinal), ended: true);
        CloudEvent[] begun = [.. all.Where(part => part.Type == "answer.begun")];
        begun.Length.ShouldBe(2);
        begun[1].Subject.ShouldBe(begun[0].Subject);
        all.Last().Subject.ShouldBe(lost[0].Subject);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_answer_that_breaks_off_ends_its_stream_as_failed()
    {
        _more.Release(10);
        await using AgentTestHost host = await StartAsync(new GatedModel(_more, "half ", null));
        await host.AppendAsync("questions", "k", "{}");

        List<CloudEvent> all = await ReadUntilAsync(host, _ => true, ended: true);
        Json(all.First(part => part.Type == "answer.ended")).GetProperty("finish_reason").GetString().ShouldBe("failed");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_thousand_parts_that_come_at_once_are_few_events()
    {
        _more.Release(2_000);
        await using AgentTestHost host = await StartAsync(new GatedModel(_more, [.. Enumerable.Range(0, 1_000).Select(number => $"{number} ")]));
        await host.AppendAsync("questions", "k", "{}");
        await host.ReadAsync("done", 1);

        string text = string.Concat(Enumerable.Range(0, 1_000).Select(number => $"{number} "));
        List<CloudEvent> all = await ReadUntilAsync(host, said => said == text, ended: true);
        all.Count.ShouldBeLessThan(1_000);
    }

    [Fact(Timeout = 60_000)]
    public async Task Where_the_stream_cannot_be_written_the_handler_goes_on_without()
    {
        _more.Release(10);
        await using AgentTestHost host = await StartAsync(new GatedModel(_more, "here"), channel: "no/such/name");
        await host.AppendAsync("questions", "k", "{}");

        Json((await host.ReadAsync("done", 1))[0]).GetString().ShouldBe("here");
    }

    private static async Task<AgentTestHost> StartAsync(IChatClient model, string channel = Channel)
    {
        var host = new AgentTestHost();
        await RunAsync(host, model, channel);
        return host;
    }

    private static Task<IHost> RunAsync(AgentTestHost host, IChatClient model, string channel = Channel) => host.RunAsync(ganglion => ganglion.AddAgent(
        "worker",
        agent => agent.On("questions", async (AgentContext context) =>
            context.Publish("done", await context.InferAsync(model, "Explain.", new InferenceOptions { Name = "explain", StreamTo = channel }))),
        options =>
        {
            options.Retries = 0;
            options.RetryDelay = TimeSpan.Zero;
        }));

    // Reads from the beginning, until the parts say so.
    private static async Task<List<CloudEvent>> ReadUntilAsync(AgentTestHost host, Func<string, bool> isEnough, bool ended = false)
    {
        for (int count = 1; ; count++)
        {
            List<CloudEvent> read = await host.ReadAsync(Channel, count);
            string text = string.Concat(read.Where(part => part.Type == "answer.part").Select(part => Json(part).GetProperty("text").GetString()));
            if (isEnough(text) && (!ended || read[^1].Type == "answer.ended"))
            {
                return read;
            }

            count = read.Count;
        }
    }

    private static JsonElement Json(CloudEvent part) => JsonDocument.Parse(part.Data!.Value).RootElement;

    /// <summary>Says one thing after the other, each when it may; <see langword="null"/> breaks off.</summary>
    private sealed class GatedModel(SemaphoreSlim gate, params string?[] parts) : IChatClient
    {
        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

        public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages,
            ChatOptions? options = null,
            [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            foreach (string? part in parts)
            {
                await gate.WaitAsync(cancellationToken);
                yield return new ChatResponseUpdate(ChatRole.Assistant, part ?? throw new InvalidOperationException("broken off"));
            }
        }

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
