using System.Collections.Concurrent;
using System.Text;
using Ganglion.Agents;
using Ganglion.Models;
using Ganglion.Tests.Runtime;
using Microsoft.Extensions.AI;

namespace Ganglion.Tests.Models;

/// <summary>Models that ask for tools.</summary>
public sealed class ToolLoopTests
{
    private readonly ConcurrentQueue<string> _called = new();
    private readonly ConcurrentQueue<ScriptedPrompt> _asked = new();

    [Fact(Timeout = 60_000)]
    public async Task A_model_gets_what_its_tools_say_until_it_answers()
    {
        await using AgentTestHost host = await StartAsync(Script(2), async context =>
        {
            ChatResponse response = await context.InferAsync(Script(2), [new ChatMessage(ChatRole.User, "Look.")], Options());
            context.Publish("done", $"{response.Text} {response.Messages.Count} {response.Messages[1].Role} {response.FinishReason}");
        });
        await host.AppendAsync("questions", "k", "{}");

        (await TextAsync(host)).ShouldBe("\"I have looked 2 times. 5 tool stop\"");
        _called.ShouldBe(["0", "1"]);
        _asked.Select(prompt => prompt.Messages.Count).ShouldBe([1, 3, 5]);
        _asked.Last().Messages[2].Contents.ShouldHaveSingleItem().ShouldBeOfType<FunctionResultContent>().Result!.ToString()!.ShouldContain("saw 0");
    }

    [Fact(Timeout = 60_000)]
    public async Task Neither_a_model_nor_a_tool_is_called_again_when_the_handler_runs_again()
    {
        int calls = 0;
        ScriptedChatClient model = Script(2);
        await using AgentTestHost host = await StartAsync(model, async context =>
        {
            ChatResponse response = await context.InferAsync(model, [new ChatMessage(ChatRole.User, "Look.")], Options());
            if (Interlocked.Increment(ref calls) < 3)
            {
                throw new InvalidOperationException("not yet");
            }

            context.Publish("done", response.Text);
        });
        await host.AppendAsync("questions", "k", "{}");

        (await TextAsync(host)).ShouldBe("\"I have looked 2 times.\"");
        _called.Count.ShouldBe(2);
        _asked.Count.ShouldBe(3);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_model_that_asks_for_tools_for_ever_is_stopped()
    {
        ScriptedChatClient model = Script(1_000);
        await using AgentTestHost host = await StartAsync(model, async context =>
        {
            try
            {
                await context.InferAsync(model, [new ChatMessage(ChatRole.User, "Look.")], Options());
            }
            catch (ModelAnswerException exception)
            {
                context.Publish("done", exception.Code);
            }
        });
        await host.AppendAsync("questions", "k", "{}");

        (await TextAsync(host)).ShouldBe("\"model-tools-endless\"");
        _called.Count.ShouldBe(4);
        _asked.Count.ShouldBe(5);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_tool_that_there_is_not_is_told_to_the_model()
    {
        ScriptedChatClient model = Script(1);
        await using AgentTestHost host = await StartAsync(model, async context => context.Publish("done", await context.InferAsync(model, "Look.")));
        await host.AppendAsync("questions", "k", "{}");

        (await TextAsync(host)).ShouldBe("\"I have looked 1 times.\"");
        _called.ShouldBeEmpty();
        _asked.Last().Messages[^1].Contents.ShouldHaveSingleItem().ShouldBeOfType<FunctionResultContent>().Result!.ToString()!.ShouldContain("look");
    }

    private InferenceOptions Options() => new()
    {
        MaxToolRounds = 4,
        Chat = new ChatOptions
        {
            Tools =
            [
                AIFunctionFactory.Create(
                    (int number) =>
                    {
                        _called.Enqueue($"{number}");
                        return $"saw {number}";
                    },
                    "look"),
            ],
        },
    };

    // Asks for the tool so often, and then answers.
    private ScriptedChatClient Script(int times) => new("tiny", [new ScriptedRule(prompt =>
    {
        _asked.Enqueue(prompt);
        int looked = prompt.Messages.Count(message => message.Role == ChatRole.Tool);
        return looked == times
            ? new ChatMessage(ChatRole.Assistant, $"I have looked {looked} times.")
            : new ChatMessage(ChatRole.Assistant, [new FunctionCallContent($"call-{looked}", "look", new Dictionary<string, object?> { ["number"] = looked })]);
    })]);

    private static Task<AgentTestHost> StartAsync(ScriptedChatClient model, Func<AgentContext, Task> handle)
    {
        model.ShouldNotBeNull();
        return AgentTestHost.StartAsync(ganglion => ganglion.AddAgent(
            "worker", agent => agent.On("questions", (AgentContext context) => handle(context)), options => options.RetryDelay = TimeSpan.Zero));
    }

    private static async Task<string> TextAsync(AgentTestHost host) => Encoding.UTF8.GetString((await host.ReadAsync("done", 1))[0].Data!.Value.Span);
}
