using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json;
using Ganglion.AspNetCore.Tests.Events;

namespace Ganglion.AspNetCore.Tests.Groups;

public sealed class GroupFollowEndpointTests
{
    [Fact]
    public async Task What_a_member_has_committed_is_not_read_again()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.AppendAsync("t", "1", "2", "3");

        await using (EventStreamReader first = await EventStreamReader.OpenAsync(host, "/groups/g/events?topic=t"))
        {
            string member = await JoinAsync(first);
            await first.NextJsonAsync();
            await first.NextJsonAsync();
            using HttpResponseMessage committed = await host.PostAsync(
                $"/groups/g/members/{member}/commits", """{"offsets":[{"topic":"t","partition":0,"offset":2}]}""");
            committed.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        }

        await using EventStreamReader second = await EventStreamReader.OpenAsync(host, "/groups/g/events?topic=t&to=latest");
        await JoinAsync(second);
        (await second.RestAsync()).ShouldBe(["3"]);
    }

    [Fact]
    public async Task A_stream_to_latest_ends_at_once_where_the_group_has_read_everything()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.AppendAsync("t", "1");
        using HttpResponseMessage reset = await host.PostAsync("/groups/g/reset", """{"topic":"t","to":"latest"}""");

        await using EventStreamReader stream = await EventStreamReader.OpenAsync(host, "/groups/g/events?topic=t&to=latest");
        await JoinAsync(stream);

        (await stream.NextAsync()).ShouldNotBeNull().EventType.ShouldBe("end");
    }

    [Fact]
    public async Task A_member_can_commit_when_its_stream_has_come_to_the_end()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.AppendAsync("t", "1");
        await using EventStreamReader stream = await EventStreamReader.OpenAsync(host, "/groups/g/events?topic=t&to=latest");
        string member = await JoinAsync(stream);
        await stream.RestAsync();

        using HttpResponseMessage committed = await host.PostAsync(
            $"/groups/g/members/{member}/commits", """{"offsets":[{"topic":"t","partition":0,"offset":1}]}""");

        committed.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await host.GetJsonAsync("/groups/g")).GetProperty("lag").GetInt64().ShouldBe(0);
    }

    [Fact]
    public async Task A_member_that_leaves_is_gone_when_it_is_told_so()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.AppendAsync("t", "1");
        await using EventStreamReader stream = await EventStreamReader.OpenAsync(host, "/groups/g/events?topic=t");
        string member = await JoinAsync(stream);
        await stream.NextAsync();

        using HttpResponseMessage left = await host.DeleteAsync($"/groups/g/members/{member}");
        using HttpResponseMessage reset = await host.PostAsync("/groups/g/reset", """{"topic":"t","to":"earliest"}""");

        left.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        reset.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await stream.NextAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task A_new_group_begins_where_it_is_told_to()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.AppendAsync("t", "1", "2");

        await using EventStreamReader earliest = await EventStreamReader.OpenAsync(host, "/groups/a/events?topic=t&to=latest&from=earliest");
        await JoinAsync(earliest);
        await using EventStreamReader latest = await EventStreamReader.OpenAsync(host, "/groups/b/events?topic=t&to=latest&from=latest");
        await JoinAsync(latest);

        (await earliest.RestAsync()).ShouldBe(["1", "2"]);
        (await latest.RestAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_commit_for_a_stream_that_has_ended_is_a_problem()
    {
        await using ApiHost host = await ApiHost.StartAsync();

        using HttpResponseMessage response = await host.PostAsync("/groups/g/members/m/commits", """{"offsets":[]}""");

        await response.ShouldBeProblemAsync(HttpStatusCode.NotFound, "member-not-found");
    }

    [Theory]
    [InlineData("/groups/g/events", 400, "parameter-invalid")]
    [InlineData("/groups/g/events?topic=missing", 404, "topic-not-found")]
    [InlineData("/groups/g/events?topic=t&from=5", 400, "parameter-invalid")]
    public async Task A_stream_that_cannot_begin_is_a_problem(string path, int status, string code)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.AppendAsync("t", "1");

        using HttpResponseMessage response = await host.GetAsync(path);

        await response.ShouldBeProblemAsync((HttpStatusCode)status, code);
    }

    private static async Task<string> JoinAsync(EventStreamReader stream)
    {
        SseItem<string> joined = (await stream.NextAsync()).ShouldNotBeNull();
        joined.EventType.ShouldBe("joined");
        return JsonDocument.Parse(joined.Data).RootElement.GetProperty("member").GetString().ShouldNotBeNull();
    }
}
