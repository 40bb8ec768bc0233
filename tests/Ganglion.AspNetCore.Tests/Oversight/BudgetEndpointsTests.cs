using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Ganglion.AspNetCore.Tests.Oversight;

public sealed class BudgetEndpointsTests
{
    [Theory]
    [InlineData("all")]
    [InlineData("tenant:*")]
    [InlineData("model:openai/gpt-4o:free")]
    public async Task A_budget_that_is_set_is_shown_and_listed_until_that_is_taken_back(string name)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        string path = $"/budgets/{Uri.EscapeDataString(name)}";

        JsonElement set = await PutAsync(host, path, """{"limits":["600 requests/minute","50 money/day"],"maxWaiting":7,"downgradeAt":0.8,"by":"maria","reason":"too dear"}""");
        JsonElement shown = await host.GetJsonAsync(path);
        JsonElement listed = await host.GetJsonAsync("/budgets");
        using HttpResponseMessage unset = await host.Client.DeleteAsync($"{path}?by=otto", TestContext.Current.CancellationToken);
        using HttpResponseMessage again = await host.Client.DeleteAsync(path, TestContext.Current.CancellationToken);
        using HttpResponseMessage gone = await host.Client.GetAsync(path, TestContext.Current.CancellationToken);

        set.GetProperty("name").GetString().ShouldBe(name);
        set.GetProperty("limits").GetRawText().ShouldBe("""[{"limit":"600 requests/minute","amount":600,"used":0},{"limit":"50 money/day","amount":50,"used":0}]""");
        set.GetProperty("maxWaiting").GetInt32().ShouldBe(7);
        set.GetProperty("downgradeAt").GetDecimal().ShouldBe(0.8m);
        set.GetProperty("by").GetString().ShouldBe("maria");
        set.GetProperty("reason").GetString().ShouldBe("too dear");
        shown.GetRawText().ShouldBe(set.GetRawText());
        listed.GetProperty("budgets").EnumerateArray().ShouldHaveSingleItem().GetRawText().ShouldBe(set.GetRawText());
        unset.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await again.ShouldBeProblemAsync(HttpStatusCode.NotFound, "budget-not-found");
        await gone.ShouldBeProblemAsync(HttpStatusCode.NotFound, "budget-not-found");
        (await host.GetJsonAsync("/budgets")).GetRawText().ShouldBe("""{"budgets":[]}""");
    }

    [Theory]
    [InlineData("all", """{"limits":["many requests/minute"]}""", "request-malformed")]
    [InlineData("all", """{"limits":[]}""", "budget-malformed")]
    [InlineData("everything", """{"limits":["5 requests/day"]}""", "budget-malformed")]
    [InlineData("all", """{"limits":["5 requests/day"],"downgradeAt":2}""", "budget-malformed")]
    public async Task What_can_be_no_budget_is_refused(string name, string json, string code)
    {
        await using ApiHost host = await ApiHost.StartAsync();

        using HttpResponseMessage refused = await host.Client.PutAsync(
            $"/budgets/{name}", JsonContent.Create(JsonDocument.Parse(json).RootElement), TestContext.Current.CancellationToken);

        await refused.ShouldBeProblemAsync(HttpStatusCode.BadRequest, code);
    }

    private static async Task<JsonElement> PutAsync(ApiHost host, string path, string json)
    {
        using HttpResponseMessage response = await host.Client.PutAsync(
            path, JsonContent.Create(JsonDocument.Parse(json).RootElement), TestContext.Current.CancellationToken);
        return await response.ReadJsonAsync(HttpStatusCode.OK);
    }
}
