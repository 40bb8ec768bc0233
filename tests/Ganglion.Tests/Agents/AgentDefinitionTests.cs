using Ganglion.Agents;
using Ganglion.Events;
using Ganglion.Hosting;
using Ganglion.Supervision;
using Microsoft.Extensions.DependencyInjection;

namespace Ganglion.Tests.Agents;

public sealed record Order(string Id);

public interface IStock;

public sealed class AgentDefinitionTests
{
    [Fact]
    public void Handlers_are_found_by_their_attribute_on_methods_of_any_kind()
    {
        AgentDefinition agent = Check<Shop>().ShouldHaveSingleItem();

        agent.Type.ShouldBe(new AgentType("shop"));
        agent.Channels.Order(StringComparer.Ordinal).ShouldBe(["orders", "private", "returns", "static", "value"]);
        agent.FindHandler("nothing").ShouldBeNull();
    }

    [Fact]
    public void The_same_channel_twice_is_a_fault() => FaultsOf<Twice>().ShouldHaveSingleItem().ShouldContain("'orders' 2 times");

    [Fact]
    public void A_class_without_a_name_is_a_fault() => FaultsOf<Nameless>().ShouldHaveSingleItem().ShouldContain("[Agent(");

    [Fact]
    public void A_name_that_can_be_no_topic_is_a_fault() => FaultsOf<Misnamed>().ShouldHaveSingleItem().ShouldContain("'two words'");

    [Fact]
    public void An_agent_that_handles_nothing_is_a_fault() => FaultsOf<Idle>().ShouldHaveSingleItem().ShouldContain("handles nothing");

    [Fact]
    public void A_channel_that_can_be_no_topic_is_a_fault() => FaultsOf<Misrouted>().ShouldHaveSingleItem().ShouldContain("'no topic'");

    [Fact]
    public void A_handler_that_returns_something_is_a_fault() => FaultsOf<Returning>().ShouldHaveSingleItem().ShouldContain("returns Int32");

    [Fact]
    public void Two_parameters_that_could_be_the_data_are_a_fault() => FaultsOf<Ambiguous>().ShouldHaveSingleItem().ShouldContain("Order and String");

    [Fact]
    public void Two_agents_of_one_name_are_a_fault()
    {
        AgentDefinitionException exception = Should.Throw<AgentDefinitionException>(() => Check(builder => builder
            .AddAgent<Shop>()
            .AddAgent("shop", agent => agent.On("orders", () => { }))));

        exception.Faults.ShouldHaveSingleItem().ShouldContain("'shop' is added more than once");
    }

    [Fact]
    public void All_faults_of_all_agents_come_in_one_message()
    {
        AgentDefinitionException exception = Should.Throw<AgentDefinitionException>(() => Check(builder => builder
            .AddAgent<Twice>(options => options.Partitions = 0)
            .AddAgent<Nameless>()));

        exception.Code.ShouldBe("agent-invalid");
        exception.Faults.Count.ShouldBe(3);
        exception.Faults.ShouldAllBe(fault => exception.Message.Contains(fault));
    }

    internal static AgentDefinition[] Check(Action<GanglionBuilder> configure)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IStock>(_ => null!);
        configure(new GanglionBuilder(services).UseVolatileBroker());
        using ServiceProvider provider = services.BuildServiceProvider();
        var faults = new List<string>();
        Dictionary<string, SupervisorOptions> supervisors = SupervisorDefinitions.Check(provider.GetServices<SupervisorRegistration>(), configuration: null, faults);
        var compiler = new AgentCompiler([], configuration: null, provider.GetRequiredService<IServiceProviderIsService>());
        return compiler.Compile(provider.GetServices<AgentRegistration>(), supervisors, faults);
    }

    private static AgentDefinition[] Check<TAgent>()
        where TAgent : Agent => Check(builder => builder.AddAgent<TAgent>());

    private static IReadOnlyList<string> FaultsOf<TAgent>()
        where TAgent : Agent => Should.Throw<AgentDefinitionException>(Check<TAgent>).Faults;

    [Agent("shop")]
    internal sealed class Shop : Agent
    {
        public Shop(IStock stock) => _ = stock;

        [On("orders")]
        [On("returns", Key = "id")]
        public Task OnOrderAsync(Order order, AgentContext context, CancellationToken cancellationToken) => Task.CompletedTask;

        [On("value")]
        public ValueTask OnValueAsync(CloudEvent @event, IStock stock) => default;

        [On("static")]
        public static void OnStatic()
        {
        }

        [On("private")]
        private void OnPrivate(string text)
        {
        }
    }

    [Agent("twice")]
    internal sealed class Twice : Agent
    {
        [On("orders")]
        public void One()
        {
        }

        [On("orders")]
        public void Two()
        {
        }
    }

    internal sealed class Nameless : Agent
    {
        [On("orders")]
        public void Handle()
        {
        }
    }

    [Agent("two words")]
    internal sealed class Misnamed : Agent
    {
        [On("orders")]
        public void Handle()
        {
        }
    }

    [Agent("idle")]
    internal sealed class Idle : Agent;

    [Agent("misrouted")]
    internal sealed class Misrouted : Agent
    {
        [On("no topic")]
        public void Handle()
        {
        }
    }

    [Agent("returning")]
    internal sealed class Returning : Agent
    {
        [On("orders")]
        public int Handle() => 1;
    }

    [Agent("ambiguous")]
    internal sealed class Ambiguous : Agent
    {
        [On("orders")]
        public void Handle(Order order, string text)
        {
        }
    }
}
