using System.Net;

namespace Ganglion.AspNetCore.Tests.Requests;

public sealed class BrowserGuardTests
{
    [Fact]
    public async Task A_foreign_web_page_cannot_publish()
    {
        await using ApiHost host = await ApiHost.StartAsync();

        using HttpResponseMessage response = await host.PostAsync("/topics/t/events", "x", "text/plain", ("Origin", "https://evil.example"));

        await response.ShouldBeProblemAsync(HttpStatusCode.Forbidden, "origin-forbidden");
    }

    [Fact]
    public async Task A_name_rebound_to_the_loopback_address_is_refused()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/topics") { Headers = { Host = "evil.example" } };

        using HttpResponseMessage response = await host.Client.SendAsync(request, TestContext.Current.CancellationToken);

        await response.ShouldBeProblemAsync(HttpStatusCode.Forbidden, "origin-forbidden");
    }

    [Fact]
    public async Task Pages_of_the_host_itself_and_of_allowed_origins_may_publish()
    {
        await using ApiHost host = await ApiHost.StartAsync(configure: options => options.AllowedOrigins.Add("https://console.example"));
        string own = host.Client.BaseAddress!.GetLeftPart(UriPartial.Authority);

        foreach (string origin in (string[])[own, "https://console.example"])
        {
            using HttpResponseMessage response = await host.PostAsync("/topics/t/events", "x", "text/plain", ("Origin", origin));
            response.StatusCode.ShouldBe(HttpStatusCode.Created);
        }
    }
}
