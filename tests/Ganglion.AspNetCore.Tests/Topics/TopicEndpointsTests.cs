using System.Net;
using System.Text.Json;

namespace Ganglion.AspNetCore.Tests.Topics;

public sealed class TopicEndpointsTests
{
    [Fact]
    public async Task A_created_topic_is_described_where_Location_points()
    {
        await using ApiHost host = await ApiHost.StartAsync();

        using HttpResponseMessage created = await host.PostAsync("/topics", """{"name":"invoice.created","partitions":3}""");

        JsonElement topic = await created.ReadJsonAsync(HttpStatusCode.Created);
        topic.GetProperty("name").GetString().ShouldBe("invoice.created");
        JsonElement described = await host.GetJsonAsync(created.Headers.Location!.ToString());
        described.GetProperty("partitions").GetArrayLength().ShouldBe(3);
        described.GetProperty("id").GetGuid().ShouldBe(topic.GetProperty("id").GetGuid());
    }

    [Fact]
    public async Task A_topic_is_created_with_the_settings_that_were_asked_for()
    {
        await using ApiHost host = await ApiHost.StartAsync();

        using HttpResponseMessage created = await host.PostAsync("/topics", """
            {"name":"state","cleanup":"compact,delete","retentionMs":-1,"retentionBytes":1000000,"deleteRetentionMs":60000,"minCompactionLagMs":-1}
            """);

        JsonElement settings = (await created.ReadJsonAsync(HttpStatusCode.Created)).GetProperty("settings");
        settings.GetProperty("cleanup").GetString().ShouldBe("compact,delete");
        settings.GetProperty("retentionMs").GetInt64().ShouldBe(-1);
        settings.GetProperty("retentionBytes").GetInt64().ShouldBe(1_000_000);
        settings.GetProperty("deleteRetentionMs").GetInt64().ShouldBe(60_000);
        settings.GetProperty("minCompactionLagMs").GetInt64().ShouldBe(-1);
    }

    [Fact]
    public async Task Topics_are_listed_by_name_with_the_bounds_of_their_partitions()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.AppendAsync("b", "1", "2");
        await host.AppendAsync("a", "1");

        JsonElement topics = (await host.GetJsonAsync("/topics")).GetProperty("topics");

        topics.EnumerateArray().Select(topic => topic.GetProperty("name").GetString()).ShouldBe(["a", "b"]);
        topics[1].GetProperty("partitions")[0].GetProperty("latestOffset").GetInt64().ShouldBe(2);
    }

    [Fact]
    public async Task Topics_of_the_system_are_listed_only_when_asked_for()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.Broker.Topics.CreateAsync("__routes", cancellationToken: TestContext.Current.CancellationToken);

        (await host.GetJsonAsync("/topics")).GetProperty("topics").GetArrayLength().ShouldBe(0);
        (await host.GetJsonAsync("/topics?internal=true")).GetProperty("topics").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task A_deleted_topic_is_gone()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.AppendAsync("short.lived", "1");

        using HttpResponseMessage deleted = await host.DeleteAsync("/topics/short.lived");

        deleted.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        using HttpResponseMessage gone = await host.GetAsync("/topics/short.lived");
        await gone.ShouldBeProblemAsync(HttpStatusCode.NotFound, "topic-not-found");
    }

    [Fact]
    public async Task A_topic_that_exists_is_not_created_again()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.AppendAsync("twice", "1");

        using HttpResponseMessage second = await host.PostAsync("/topics", """{"name":"twice"}""");

        await second.ShouldBeProblemAsync(HttpStatusCode.Conflict, "topic-exists");
    }

    [Theory]
    [InlineData("""{"name":"no spaces"}""", "topic-name-invalid")]
    [InlineData("""{"name":".."}""", "topic-name-invalid")]
    [InlineData("""{"name":"x","partitions":0}""", "topic-settings-invalid")]
    [InlineData("""{"name":"x","cleanup":"burn"}""", "request-malformed")]
    [InlineData("""{"name":"x","retentionMs":-2}""", "request-malformed")]
    [InlineData("""{"name":"x","partitoins":3}""", "request-malformed")]
    [InlineData("""{"name":null}""", "request-malformed")]
    [InlineData("{}", "request-malformed")]
    [InlineData("null", "request-malformed")]
    [InlineData("{", "request-malformed")]
    [InlineData("", "request-malformed")]
    public async Task A_topic_that_cannot_be_is_refused_by_name(string body, string code)
    {
        await using ApiHost host = await ApiHost.StartAsync();

        using HttpResponseMessage refused = await host.PostAsync("/topics", body);

        await refused.ShouldBeProblemAsync(HttpStatusCode.BadRequest, code);
        (await host.GetJsonAsync("/topics")).GetProperty("topics").GetArrayLength().ShouldBe(0);
    }
}
