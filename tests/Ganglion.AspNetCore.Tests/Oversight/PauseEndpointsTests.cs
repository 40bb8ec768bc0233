using System.Net;
using System.Text.Json;

namespace Ganglion.AspNetCore.Tests.Oversight;

public sealed class PauseEndpointsTests
{
    [Theory]
    [InlineData("all")]
    [InlineData("agent:payer")]
    [InlineData("channel:payments")]
    public async Task What_is_paused_is_listed_until_it_goes_on(string target)
    {
        await using ApiHost host = await ApiHost.StartAsync();

        JsonElement begun = await PostAsync(host, "/pauses", $$"""{"target":"{{target}}","by":"maria","reason":"nonsense"}""");
        JsonElement listed = await host.GetJsonAsync("/pauses");
        JsonElement ended = await PostAsync(host, "/pauses/resume", $$"""{"target":"{{target}}"}""");
        JsonElement again = await PostAsync(host, "/pauses/resume", $$"""{"target":"{{target}}"}""");

        begun.GetProperty("target").GetString().ShouldBe(target);
        begun.GetProperty("by").GetString().ShouldBe("maria");
        begun.GetProperty("reason").GetString().ShouldBe("nonsense");
        begun.GetProperty("cancelsWork").GetBoolean().ShouldBeFalse();
        listed.GetProperty("pauses").EnumerateArray().ShouldHaveSingleItem().GetRawText().ShouldBe(begun.GetRawText());
        ended.GetRawText().ShouldBe($$"""{"target":"{{target}}","wasPaused":true}""");
        again.GetProperty("wasPaused").GetBoolean().ShouldBeFalse();
        (await host.GetJsonAsync("/pauses")).GetRawText().ShouldBe("""{"pauses":[]}""");
    }

    [Fact]
    public async Task What_is_in_hand_is_cancelled_where_that_is_asked_for()
    {
        await using ApiHost host = await ApiHost.StartAsync();

        JsonElement begun = await PostAsync(host, "/pauses", """{"target":"agent:payer","cancelWork":true}""");

        begun.GetProperty("cancelsWork").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task Who_has_paused_what_is_told_of_all_and_of_one()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await PostAsync(host, "/pauses", """{"target":"all","by":"maria","reason":"nonsense"}""");
        await PostAsync(host, "/pauses", """{"target":"agent:payer"}""");
        await PostAsync(host, "/pauses/resume", """{"target":"all","by":"otto"}""");

        JsonElement all = await host.GetJsonAsync("/pauses/changes");
        JsonElement one = await host.GetJsonAsync("/pauses/changes?target=agent%3Apayer");
        using HttpResponseMessage refused = await host.GetAsync("/pauses/changes?target=payer");

        all.GetProperty("changes").EnumerateArray().Select(change => (change.GetProperty("target").GetString(), change.GetProperty("isPaused").GetBoolean()))
            .ShouldBe([("all", true), ("agent:payer", true), ("all", false)]);
        all.GetProperty("changes")[0].GetProperty("reason").GetString().ShouldBe("nonsense");
        all.GetProperty("changes")[2].GetProperty("by").GetString().ShouldBe("otto");
        one.GetProperty("changes").EnumerateArray().ShouldHaveSingleItem().GetProperty("target").GetString().ShouldBe("agent:payer");
        await refused.ShouldBeProblemAsync(HttpStatusCode.BadRequest, "request-malformed");
    }

    [Theory]
    [InlineData("/pauses")]
    [InlineData("/pauses/resume")]
    public async Task What_names_nothing_is_refused(string path)
    {
        await using ApiHost host = await ApiHost.StartAsync();

        using HttpResponseMessage refused = await host.PostAsync(path, """{"target":"payer"}""");

        JsonElement problem = await refused.ShouldBeProblemAsync(HttpStatusCode.BadRequest, "request-malformed");
        problem.GetProperty("detail").GetString().ShouldBe("'payer' cannot be paused: write agent:NAME, channel:NAME, tier:NAME or all.");
    }

    private static async Task<JsonElement> PostAsync(ApiHost host, string path, string json)
    {
        using HttpResponseMessage response = await host.PostAsync(path, json);
        return await response.ReadJsonAsync(HttpStatusCode.OK);
    }
}
