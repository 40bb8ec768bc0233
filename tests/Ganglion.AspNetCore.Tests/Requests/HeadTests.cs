using System.Net;
using Ganglion.Brokers;

namespace Ganglion.AspNetCore.Tests.Requests;

/// <summary>HEAD is GET without the content, RFC 9110, section 9.3.2.</summary>
public sealed class HeadTests
{
    [Theory]
    [InlineData("/topics")]
    [InlineData("/topics/t")]
    [InlineData("/topics/unknown")]
    [InlineData("/topics/t/partitions/0/records")]
    [InlineData("/topics/t/partitions/9/records")]
    [InlineData("/topics/t/events?from=earliest&to=latest")]
    [InlineData("/topics/t/events?from=yesterday")]
    [InlineData("/groups")]
    [InlineData("/groups/unknown")]
    [InlineData("/groups/g/events?topic=unknown")]
    [InlineData("/pipeline")]
    [InlineData("/openapi.json")]
    [InlineData("/healthz")]
    [InlineData("/readyz")]
    [InlineData("/topics/a/b/c")]
    public async Task It_is_answered_as_GET_is_but_without_the_content(string path)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.AppendAsync("t", "v");

        using HttpResponseMessage get = await host.GetAsync(path);
        using HttpResponseMessage head = await HeadAsync(host, path);

        head.StatusCode.ShouldBe(get.StatusCode);
        head.Content.Headers.ContentType.ShouldBe(get.Content.Headers.ContentType);
        head.Headers.CacheControl.ShouldBe(get.Headers.CacheControl);
        (await head.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Of_a_stream_that_never_ends_it_is_answered_at_once()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.AppendAsync("t", "v");

        using HttpResponseMessage head = await HeadAsync(host, "/topics/t/events");

        head.StatusCode.ShouldBe(HttpStatusCode.OK);
        head.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
    }

    [Fact]
    public async Task Of_the_stream_of_a_group_it_does_not_join_it()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.AppendAsync("t", "v");
        await using IEventConsumer reader = await host.Broker.CreateConsumerAsync(
            new ConsumerOptions { GroupId = "g", Topics = ["t"] }, TestContext.Current.CancellationToken);
        await reader.ReadAsync(TestContext.Current.CancellationToken);
        int generation = (await host.GetJsonAsync("/groups/g")).GetProperty("generation").GetInt32();

        using HttpResponseMessage head = await HeadAsync(host, "/groups/g/events?topic=t");

        head.StatusCode.ShouldBe(HttpStatusCode.OK);
        head.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        (await host.GetJsonAsync("/groups/g")).GetProperty("generation").GetInt32().ShouldBe(generation);
    }

    [Fact]
    public async Task It_is_refused_where_GET_is()
    {
        await using ApiHost host = await ApiHost.StartAsync();

        using HttpResponseMessage head = await HeadAsync(host, "/topics/t/records");

        head.StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
        head.Content.Headers.Allow.ShouldBe(["POST"]);
    }

    private static Task<HttpResponseMessage> HeadAsync(ApiHost host, string path) =>
        host.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, path), TestContext.Current.CancellationToken);
}
