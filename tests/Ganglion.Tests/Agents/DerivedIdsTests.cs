using Ganglion.Agents;
using Ganglion.Events;

namespace Ganglion.Tests.Agents;

public sealed class DerivedIdsTests
{
    private static readonly AgentType Agent = new("classifier");

    [Fact]
    public void The_same_step_derives_the_same_ids()
    {
        new DerivedIds(Event("1", "/shop"), "orders", Agent)[0].ShouldBe(new DerivedIds(Event("1", "/shop"), "orders", Agent)[0]);
    }

    [Fact]
    public void Whatever_differs_about_a_step_makes_other_ids()
    {
        string[] ids =
        [
            new DerivedIds(Event("1", "/shop"), "orders", Agent)[0],
            new DerivedIds(Event("1", "/shop"), "orders", Agent)[1],
            new DerivedIds(Event("2", "/shop"), "orders", Agent)[0],
            new DerivedIds(Event("1", "/shop2"), "orders", Agent)[0],
            new DerivedIds(Event("1", "/shop"), "returns", Agent)[0],
            new DerivedIds(Event("1", "/shop"), "orders", new AgentType("auditor"))[0],
        ];

        ids.ShouldBeUnique();
    }

    [Fact]
    public void Ids_never_change_between_versions()
    {
        // Receivers recognise a step that is done again after an upgrade by these.
        new DerivedIds(Event("1", "/shop"), "orders", Agent)[0].ShouldBe("172e9485-aa59-8d20-af4f-6f025257a54d");
    }

    private static CloudEvent Event(string id, string source) => new() { Id = id, Source = source, Type = "order.placed" };
}
