using Ganglion.Agents;
using Ganglion.Events;
using Ganglion.Hosting;

namespace Architecture;

/// <summary>The code of docs/actors.md, compiled.</summary>
internal static class ActorsExample
{
    public const string Path = "tests/Architecture/ActorsExample.cs";

    public static async Task<string?> AskAsync(IAgentRuntime runtime, CancellationToken cancellationToken)
    {
        var greeter = new AgentId(new AgentType("greeter"), "session-7");
        Greeting? greeting = await runtime.SendMessageAsync<Greeting>(new Hello("Ada"), greeter, cancellationToken: cancellationToken);
        return greeting?.Text;
    }

    [EventType("hello")]
    public sealed record Hello(string Name);

    public sealed record Greeting(string Text, int Count);

    [Agent("greeter")]
    public sealed class Greeter : Agent, IHandle<Hello, Greeting>
    {
        public ValueTask<Greeting> HandleAsync(Hello message, MessageContext context)
        {
            int count = context.Agent.GetState<int>() + 1;
            context.Agent.SetState(count);
            return ValueTask.FromResult(new Greeting($"Hello, {message.Name}.", count));
        }
    }
}
