using Ganglion.Agents;
using Ganglion.Events;
using Microsoft.Extensions.DependencyInjection;

namespace Ganglion.Tests.Agents;

public sealed class MessageHandlersTests
{
    [EventType("first")]
    private sealed record First;

    private sealed record Second;

    private sealed class Implicit : Agent, IHandle<First>
    {
        [Exclusive]
        public ValueTask HandleAsync(First message, MessageContext context) => default;
    }

    private sealed class Explicit : Agent, IHandle<Second, int>
    {
        ValueTask<int> IHandle<Second, int>.HandleAsync(Second message, MessageContext context) => ValueTask.FromResult(1);
    }

    private sealed class Twice : Agent, IHandle<First>, IHandle<List<First>>
    {
        public ValueTask HandleAsync(First message, MessageContext context) => default;

        public ValueTask HandleAsync(List<First> message, MessageContext context) => default;
    }

    [Fact]
    public void A_handler_is_named_for_its_message_and_has_the_attributes_of_its_method()
    {
        Handler handler = Find(typeof(Implicit), []).ShouldHaveSingleItem();

        handler.Channel.ShouldBe("first");
        handler.IsForMessages.ShouldBeTrue();
        handler.IsExclusive.ShouldBeTrue();
        handler.MayWait.ShouldBeTrue();
    }

    [Fact]
    public void A_handler_may_be_implemented_explicitly_and_its_message_be_nested() =>
        Find(typeof(Explicit), []).ShouldHaveSingleItem().Channel.ShouldBe("Ganglion.Tests.Agents.MessageHandlersTests.Second");

    [Fact]
    public void A_message_without_a_name_of_its_own_is_a_fault()
    {
        var faults = new List<string>();

        Find(typeof(Twice), faults).ShouldHaveSingleItem();

        faults.ShouldHaveSingleItem().ShouldContain("a type of your own");
    }

    private static IEnumerable<Handler> Find(Type agent, List<string> faults)
    {
        using ServiceProvider services = new ServiceCollection().BuildServiceProvider();
        return [.. MessageHandlers.Of(agent, services.GetRequiredService<IServiceProviderIsService>(), faults)];
    }
}
