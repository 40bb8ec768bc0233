using System.Net;
using System.Text.Json;

namespace Ganglion.AspNetCore.Tests;

internal static class Responses
{
    /// <summary>The body as JSON, if the status is as expected.</summary>
    public static async Task<JsonElement> ReadJsonAsync(this HttpResponseMessage response, HttpStatusCode status)
    {
        string body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        response.StatusCode.ShouldBe(status, body);
        return JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 128 }).RootElement;
    }

    /// <summary>The response is the problem of this code and status, and complete as RFC 9457 wants it.</summary>
    public static async Task<JsonElement> ShouldBeProblemAsync(this HttpResponseMessage response, HttpStatusCode status, string code)
    {
        JsonElement problem = await response.ReadJsonAsync(status);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        problem.GetProperty("type").GetString().ShouldBe("https://ganglion.dev/errors/" + code);
        problem.GetProperty("code").GetString().ShouldBe(code);
        problem.GetProperty("status").GetInt32().ShouldBe((int)status);
        problem.GetProperty("title").GetString().ShouldNotBeNullOrEmpty();
        problem.GetProperty("detail").GetString().ShouldNotBeNullOrEmpty();
        return problem;
    }
}
