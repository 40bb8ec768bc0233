using System.Text;
using System.Text.Json;
using Ganglion.Brokers;
using Ganglion.Events;
using Ganglion.Routes;
using Ganglion.Routing;

namespace Ganglion.Tests.Routing;

public sealed class LotTests
{
    private readonly StageKinds _kinds = new();

    [Fact]
    public async Task Who_goes_which_way_at_a_stage_says_nothing_about_the_next()
    {
        Route route = Route.Direct("notes").Insert(StageOf("mirror", """{"to":"copies","share":0.1}""")).Insert(StageOf("split", """{"weights":{"x":1,"notes.cleaned":9}}"""));
        var copied = new List<string>();
        for (int i = 0; i < 10_000; i++)
        {
            string[] topics = await PassAsync(route, $"key-{i}");
            if (topics.Contains("copies"))
            {
                copied.Add(topics[^1]);
            }
        }

        copied.Count.ShouldBeInRange(900, 1_100);
        copied.Count(topic => topic == "x").ShouldBeInRange(70, 130);
    }

    [Fact]
    public async Task Of_two_channels_behind_each_other_each_shares_out_all_that_comes()
    {
        Route first = Route.Direct("first").Insert(StageOf("split", """{"weights":{"second":1,"first.cleaned":9}}"""));
        Route second = Route.Direct("second").Insert(StageOf("split", """{"weights":{"x":1,"second.cleaned":1}}"""));
        var come = new List<string>();
        for (int i = 0; i < 10_000; i++)
        {
            if (await PassAsync(first, $"key-{i}") is ["second"])
            {
                come.Add((await PassAsync(second, $"key-{i}")).Single());
            }
        }

        come.Count.ShouldBeInRange(900, 1_100);
        come.Count(topic => topic == "x").ShouldBeInRange(450, 550);
    }

    [Fact]
    public async Task One_key_goes_the_same_way_and_so_it_does_when_the_share_grows()
    {
        for (int i = 0; i < 1_000; i++)
        {
            string[] few = await PassAsync(Route.Direct("notes").Insert(StageOf("mirror", """{"to":"copies","share":0.1}""")), $"key-{i}");
            string[] more = await PassAsync(Route.Direct("notes").Insert(StageOf("mirror", """{"to":"copies","share":0.2}""")), $"key-{i}");

            more.Intersect(few).ShouldBe(few);
        }
    }

    private static Stage StageOf(string kind, string settings) => new(kind, kind) { Settings = JsonElement.Parse(settings) };

    private async Task<string[]> PassAsync(Route route, string key)
    {
        var said = new CloudEvent(route.Channel, "/tests", TimeProvider.System) { Data = "1"u8.ToArray() };
        Record record = EventCodec.Encode(said, Encoding.UTF8.GetBytes(key));
        var routed = new RoutedEvent(route, said, record, new TopicPartitionOffset(new TopicPartition(route.Entry, 0), 0), TimeProvider.System);
        await routed.PassAsync(_kinds.Create(route), TestContext.Current.CancellationToken);
        return [.. routed.Left.Select(left => left.Record.Topic)];
    }
}
