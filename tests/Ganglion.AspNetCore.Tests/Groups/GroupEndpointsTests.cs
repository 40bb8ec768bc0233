using System.Net;
using System.Text.Json;
using Ganglion.Brokers;

namespace Ganglion.AspNetCore.Tests.Groups;

public sealed class GroupEndpointsTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_group_is_listed_and_described_with_its_offsets_and_lag()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.AppendAsync("t", "1", "2", "3");
        await CommitAsync(host, "g", new TopicPartition("t", 0), 1);

        JsonElement listed = (await host.GetJsonAsync("/groups")).GetProperty("groups").EnumerateArray().ShouldHaveSingleItem();
        JsonElement described = await host.GetJsonAsync("/groups/g");

        listed.GetProperty("id").GetString().ShouldBe("g");
        listed.GetProperty("lag").GetInt64().ShouldBe(2);
        described.GetProperty("state").GetString().ShouldBe("empty");
        JsonElement offset = described.GetProperty("offsets")[0];
        offset.GetProperty("topic").GetString().ShouldBe("t");
        offset.GetProperty("committed").GetInt64().ShouldBe(1);
        offset.GetProperty("latest").GetInt64().ShouldBe(3);
        offset.GetProperty("lag").GetInt64().ShouldBe(2);
    }

    [Theory]
    [InlineData("earliest", 0)]
    [InlineData("latest", 3)]
    [InlineData("2", 2)]
    [InlineData("1000d", 0)]
    public async Task A_group_is_reset_to_a_position(string to, long offset)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.AppendAsync("t", "1", "2", "3");
        await CommitAsync(host, "g", new TopicPartition("t", 0), 1);

        using HttpResponseMessage reset = await host.PostAsync("/groups/g/reset", $$"""{"topic":"t","to":"{{to}}"}""");

        JsonElement group = await reset.ReadJsonAsync(HttpStatusCode.OK);
        group.GetProperty("offsets")[0].GetProperty("committed").GetInt64().ShouldBe(offset);
    }

    [Fact]
    public async Task A_group_with_members_is_neither_reset_nor_deleted()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.AppendAsync("t", "1");
        await using IEventConsumer consumer = await host.Broker.CreateConsumerAsync(
            new ConsumerOptions { GroupId = "g", Topics = ["t"] }, Cancelled);
        await consumer.ReadAsync(Cancelled);

        using HttpResponseMessage reset = await host.PostAsync("/groups/g/reset", """{"topic":"t","to":"earliest"}""");
        using HttpResponseMessage deleted = await host.DeleteAsync("/groups/g");

        await reset.ShouldBeProblemAsync(HttpStatusCode.Conflict, "group-not-empty");
        await deleted.ShouldBeProblemAsync(HttpStatusCode.Conflict, "group-not-empty");
    }

    [Fact]
    public async Task A_deleted_group_is_gone()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.AppendAsync("t", "1");
        await CommitAsync(host, "g", new TopicPartition("t", 0), 1);

        using HttpResponseMessage deleted = await host.DeleteAsync("/groups/g");

        deleted.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        using HttpResponseMessage gone = await host.GetAsync("/groups/g");
        await gone.ShouldBeProblemAsync(HttpStatusCode.NotFound, "group-not-found");
    }

    [Theory]
    [InlineData("""{"topic":"missing","to":"earliest"}""", 404, "topic-not-found")]
    [InlineData("""{"topic":"t","partition":1,"to":"earliest"}""", 404, "topic-not-found")]
    [InlineData("""{"topic":"t","to":"yesterday"}""", 400, "parameter-invalid")]
    [InlineData("""{"topic":"t"}""", 400, "request-malformed")]
    public async Task A_reset_that_cannot_be_is_a_problem(string body, int status, string code)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.AppendAsync("t", "1");

        using HttpResponseMessage reset = await host.PostAsync("/groups/g/reset", body);

        await reset.ShouldBeProblemAsync((HttpStatusCode)status, code);
    }

    private static async Task CommitAsync(ApiHost host, string group, TopicPartition partition, long offset) =>
        await host.Broker.Groups.ResetAsync(
            group, new Dictionary<TopicPartition, OffsetAndMetadata> { [partition] = new(offset) }, Cancelled);
}
