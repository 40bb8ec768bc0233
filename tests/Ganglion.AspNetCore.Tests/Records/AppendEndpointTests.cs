using System.Net;
using System.Text.Json;

namespace Ganglion.AspNetCore.Tests.Records;

public sealed class AppendEndpointTests
{
    [Fact]
    public async Task Records_are_appended_in_order_with_keys_headers_and_partitions()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        using HttpResponseMessage created = await host.PostAsync("/topics", """{"name":"t","partitions":2}""");

        using HttpResponseMessage response = await host.PostAsync("/topics/t/records", """
            {"records":[
              {"key":"k","value":"one","headers":[{"name":"h","value":"1"},{"name":"h","value":"2"}],"partition":1},
              {"keyBase64":"/g==","valueBase64":"/w==","partition":1}]}
            """);

        JsonElement positions = (await response.ReadJsonAsync(HttpStatusCode.Created)).GetProperty("positions");
        positions.EnumerateArray().Select(p => (p.GetProperty("partition").GetInt32(), p.GetProperty("offset").GetInt64()))
            .ShouldBe([(1, 0), (1, 1)]);
        JsonElement records = (await host.GetJsonAsync("/topics/t/partitions/1/records")).GetProperty("records");
        records[0].GetProperty("key").GetString().ShouldBe("k");
        records[0].GetProperty("headers").GetArrayLength().ShouldBe(2);
        records[0].GetProperty("event").GetProperty("data").GetString().ShouldBe("one");
        records[1].GetProperty("keyBase64").GetString().ShouldBe("/g==");
        records[1].GetProperty("event").GetProperty("data_base64").GetString().ShouldBe("/w==");
    }

    [Fact]
    public async Task What_is_left_out_is_no_key_and_no_value()
    {
        await using ApiHost host = await ApiHost.StartAsync();

        using HttpResponseMessage response = await host.PostAsync("/topics/t/records", """{"records":[{"key":""},{"value":""}]}""");

        response.StatusCode.ShouldBe(HttpStatusCode.Created);
        JsonElement records = (await host.GetJsonAsync("/topics/t/partitions/0/records")).GetProperty("records");
        records[0].GetProperty("key").GetString().ShouldBe("");
        records[0].GetProperty("event").TryGetProperty("data", out _).ShouldBeFalse();
        records[1].TryGetProperty("key", out _).ShouldBeFalse();
        records[1].GetProperty("event").GetProperty("data").GetString().ShouldBe("");
    }

    [Fact]
    public async Task A_request_with_one_bad_record_writes_none()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.AppendAsync("t", "0");

        string large = new('x', 1_100_000);
        using HttpResponseMessage response = await host.PostAsync(
            "/topics/t/records", $$"""{"records":[{"value":"small"},{"value":"{{large}}"}]}""");

        await response.ShouldBeProblemAsync(HttpStatusCode.RequestEntityTooLarge, "record-too-large");
        (await host.GetJsonAsync("/topics/t")).GetProperty("partitions")[0].GetProperty("latestOffset").GetInt64().ShouldBe(1);
    }

    [Theory]
    [InlineData("""{"records":[{"value":"a","valueBase64":"YQ=="}]}""")]
    [InlineData("""{"records":[{"value":{"a":1}}]}""")]
    [InlineData("""{"records":[null]}""")]
    [InlineData("""{"records":[{"headers":[{"value":"nameless"}]}]}""")]
    [InlineData("""{"records":[{"headers":[null]}]}""")]
    [InlineData("""{"records":[{"valueBase64":"%"}]}""")]
    [InlineData("{}")]
    [InlineData("[]")]
    public async Task Records_of_the_wrong_shape_are_refused(string body)
    {
        await using ApiHost host = await ApiHost.StartAsync();

        using HttpResponseMessage response = await host.PostAsync("/topics/t/records", body);

        await response.ShouldBeProblemAsync(HttpStatusCode.BadRequest, "request-malformed");
    }
}
