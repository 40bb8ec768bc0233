using Ganglion.Agents;
using Ganglion.Events;
using Ganglion.Hosting;
using Ganglion.Registry;

namespace Architecture;

/// <summary>The code of docs/actors.md, compiled.</summary>
internal static class ActorsExample
{
    public const string Path = "tests/Architecture/ActorsExample.cs";

    public static void AddPrices(GanglionBuilder ganglion) =>
        ganglion.AddProxyAgent("prices", requests: "prices.in", replies: "prices.out", timeout: TimeSpan.FromMinutes(1));

    public static async Task SubscribeAsync(IAgentRuntime runtime, CancellationToken cancellationToken)
    {
        await runtime.AddSubscriptionAsync(new TypeSubscription("arrivals", new AgentType("greeter")), cancellationToken);
        await runtime.PublishMessageAsync(new Hello("Ada"), new TopicId("arrivals", "session-7"), cancellationToken);
    }

    public static async Task<IReadOnlyList<AgentMetadata>> FindAsync(IAgentRuntime runtime, CancellationToken cancellationToken) =>
        await runtime.ListAgentsAsync("greet", cancellationToken);

    public static async Task RegisterAsync(IAgentRuntime runtime, CancellationToken cancellationToken) =>
        await runtime.RegisterAgentFactoryAsync(new AgentType("greeter"), (id, services) => new Greeter(), cancellationToken: cancellationToken);

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
