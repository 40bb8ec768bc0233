using System.Collections.Concurrent;
using System.Globalization;
using Ganglion.Agents;
using Ganglion.Brokers.Embedded;
using Ganglion.Events;
using Ganglion.Models;
using Ganglion.Tests.Brokers.Embedded;
using Ganglion.Tests.Runtime;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Hosting;

namespace Ganglion.Tests.Models;

/// <summary>Conversations whose turns are stored once.</summary>
public sealed class ConversationTests(ITestOutputHelper output)
{
    private readonly ConcurrentQueue<ScriptedPrompt> _asked = new();

    [Fact(Timeout = 60_000)]
    public async Task A_model_is_given_what_was_said_before_also_by_another_process()
    {
        await using var host = new AgentTestHost();
        await RunAsync(host);
        await host.AppendAsync("say", "anna", "\"one\"");
        await host.ReadAsync("answers", 1);
        await host.StopAsync();
        await RunAsync(host);
        await host.AppendAsync("say", "anna", "\"two\"");
        await host.ReadAsync("answers", 2);
        await host.AppendAsync("say", "ben", "\"three\"");
        await host.ReadAsync("answers", 3);

        Texts(_asked.ElementAt(1)).ShouldBe(["Be brief.", "one", "Heard one.", "two"]);
        Texts(_asked.ElementAt(2)).ShouldBe(["Be brief.", "three"]);
        Conversation anna = await ReadAsync(host, "anna");
        anna.Turns.Select(turn => $"{turn.Role} {turn.Prompt?.From} {turn.Prompt?.Count} {turn.Model}").ShouldBe(
            ["user   ", "assistant 0 1 tiny", "user   ", "assistant 0 3 tiny"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task Older_turns_are_left_out_from_the_question_on_where_there_are_too_many()
    {
        await using var host = new AgentTestHost();
        await RunAsync(host, new ConversationOptions { PromptTokens = 20 });
        for (int number = 0; number < 6; number++)
        {
            await host.AppendAsync("say", "anna", $"\"question number {number}\"");
            await host.ReadAsync("answers", number + 1);
        }

        Texts(_asked.Last()).ShouldBe(["question number 4", "Heard question number 4.", "question number 5"]);
        (await ReadAsync(host, "anna")).Turns[^1].Prompt.ShouldBe(new TurnRange(8, 3));
        (await ReadAsync(host, "anna")).Turns.Count.ShouldBe(12);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_is_too_long_for_the_limit_is_said_nevertheless()
    {
        await using var host = new AgentTestHost();
        await RunAsync(host, new ConversationOptions { PromptTokens = 1 });
        await host.AppendAsync("say", "anna", "\"a question that is longer\"");
        await host.ReadAsync("answers", 1);

        Texts(_asked.Single()).ShouldBe(["a question that is longer"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task Calls_of_tools_and_their_results_are_turns_too()
    {
        await using var host = new AgentTestHost();
        AITool look = AIFunctionFactory.Create((string at) => $"saw {at}", "look");
        await RunAsync(host, new ConversationOptions { Inference = new InferenceOptions { Chat = new ChatOptions { Tools = [look] } } });
        await host.AppendAsync("say", "anna", "\"look at the moon\"");
        await host.ReadAsync("answers", 1);
        await host.AppendAsync("say", "anna", "\"and?\"");
        await host.ReadAsync("answers", 2);

        Conversation anna = await ReadAsync(host, "anna");
        anna.Turns.Select(turn => $"{turn.Role} {turn.Prompt?.Count}").ShouldBe(["user ", "assistant 1", "tool ", "assistant 3", "user ", "assistant 5"]);
        _asked.Last().Messages.Count.ShouldBe(5);
        _asked.Last().Messages[2].Contents.ShouldHaveSingleItem().ShouldBeOfType<FunctionResultContent>().Result!.ToString()!.ShouldContain("saw the moon");
    }

    [Fact(Timeout = 120_000)]
    public async Task A_hundred_calls_store_what_was_said_in_them_at_most_twice()
    {
        // 209,000 tokens of four bytes: a hundred answers that ask for a tool, and what it says.
        const int calls = 100;
        const int answerBytes = 360;
        const int resultBytes = 8_000;
        using var folder = new TemporaryFolder();
        long said;
        await using (var host = new AgentTestHost(await EmbeddedBroker.OpenAsync(folder.Path)))
        {
            var model = new ScriptedChatClient("tiny", [new ScriptedRule(prompt =>
            {
                int looked = prompt.Messages.Count(message => message.Role == ChatRole.Tool);
                return looked == calls - 1
                    ? new ChatMessage(ChatRole.Assistant, "Done.")
                    : new ChatMessage(ChatRole.Assistant, [new TextContent(Text(looked, answerBytes)), new FunctionCallContent($"c{looked}", "look", new Dictionary<string, object?> { ["at"] = looked })]);
            })]);
            AITool look = AIFunctionFactory.Create((int at) => Text(at, resultBytes), "look");
            var options = new InferenceOptions { MaxToolRounds = calls, Chat = new ChatOptions { Tools = [look] } };
            await host.RunAsync(ganglion => ganglion.AddAgent("worker", agent => agent.On("begin", async (AgentContext context) =>
                context.Publish("done", (await context.InferAsync(model, [new ChatMessage(ChatRole.User, "Look.")], options)).Text))));
            await host.AppendAsync("begin", "k", "{}");
            await host.ReadAsync("done", 1);
            said = (calls - 1) * (answerBytes + resultBytes);
        }

        long stored = StoredIn(folder.Path);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"said {said:N0} bytes, stored {stored:N0}: {(double)stored / said:N2} times"));
        stored.ShouldBeInRange(said, 2 * said);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_conversation_of_a_hundred_questions_stores_each_turn_once()
    {
        const int calls = 100;
        const int bytes = 4_000;
        using var folder = new TemporaryFolder();
        await using (var host = new AgentTestHost(await EmbeddedBroker.OpenAsync(folder.Path)))
        {
            using var model = new ScriptedChatClient("tiny", [new ScriptedRule(prompt => Text(prompt.Messages.Count, bytes))]);
            await host.RunAsync(ganglion => ganglion.AddAgent("chat", agent => agent.On<string>("say", async (said, context) =>
            {
                await context.ConverseAsync(model, said);
                context.Publish("answered", 1);
            })));
            for (int number = 0; number < calls; number++)
            {
                await host.AppendAsync("say", "k", $"\"{Text(number, bytes)}\"");
                await host.ReadAsync("answered", number + 1);
            }
        }

        long content = 2 * calls * bytes;
        long turns = Stored(folder.Path, "chat.state"), journal = Stored(folder.Path, "chat.journal"), all = StoredIn(folder.Path);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"said {content:N0} bytes; turns {turns:N0}, journal {journal:N0}, all {all:N0}: {(double)all / content:N2} times"));
        turns.ShouldBeInRange(content, (long)(1.2 * content));
        // The questions are there as events, too, and the answers in journals until those are compacted.
        all.ShouldBeInRange(content, (long)(2.7 * content));
    }

    private Task<IHost> RunAsync(AgentTestHost host, ConversationOptions? options = null) => host.RunAsync(ganglion => ganglion.AddAgent(
        "chat",
        agent => agent.On<string>("say", async (said, context) =>
        {
            using var model = new ScriptedChatClient("tiny", [new ScriptedRule(Answer)]);
            context.Publish("answers", (await context.ConverseAsync(model, said, options ?? new ConversationOptions { Instructions = "Be brief." })).Text);
        })));

    private ChatMessage Answer(ScriptedPrompt prompt)
    {
        _asked.Enqueue(prompt);
        return prompt.Question.StartsWith("look at ", StringComparison.Ordinal) && prompt.Messages[^1].Role == ChatRole.User
            ? new ChatMessage(ChatRole.Assistant, [new FunctionCallContent("c", "look", new Dictionary<string, object?> { ["at"] = prompt.Question[8..] })])
            : new ChatMessage(ChatRole.Assistant, $"Heard {prompt.Question}.");
    }

    private static string[] Texts(ScriptedPrompt prompt) => [.. prompt.Messages.Select(message => message.Text)];

    private static async Task<Conversation> ReadAsync(AgentTestHost host, string key)
    {
        var states = new AgentStates(host.Broker, new EventDataSerializer());
        return (await states.FindAsync(new AgentId(new AgentType("chat"), key), cancellationToken: AgentTestHost.Timeout)).ShouldNotBeNull().Read<Conversation>();
    }

    private static string Text(int number, int bytes) => $"{number:0000} {new string('x', bytes - 5)}";

    private static long StoredIn(string folder) => Stored(folder, "*");

    private static long Stored(string folder, string topic) => Directory.GetDirectories(Path.Combine(folder, "topics"), $"{topic}*")
        .SelectMany(one => Directory.GetFiles(one, "*.log", SearchOption.AllDirectories)).Distinct().Sum(file => new FileInfo(file).Length);
}
