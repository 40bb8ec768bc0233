using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Ganglion.AspNetCore.Groups;
using Ganglion.AspNetCore.Requests;

namespace Ganglion.AspNetCore.Tests.Requests;

public sealed class BodyFaultTests
{
    [Theory]
    [InlineData("/topics", "", "The body is empty where a JSON object is expected.")]
    [InlineData("/topics", " \n", "The body is empty where a JSON object is expected.")]
    [InlineData("/topics", "{\n  \"name\": x }", "The body is no JSON (line 2, byte 11).")]
    [InlineData("/topics", """{"name":"t\""", "The body is no JSON (line 1, byte 12).")]
    [InlineData("/topics", """{"name":"t"}}""", "The body is no JSON (line 1, byte 13).")]
    [InlineData("/topics", "[]", "$ must be an object, not [].")]
    [InlineData("/topics", """{"name":"t","partitions":"many"}""", """$.partitions must be a whole number from -2147483648 to 2147483647, not "many".""")]
    [InlineData("/topics", """{"name":"t","partitions":1.5}""", "$.partitions must be a whole number from -2147483648 to 2147483647, not 1.5.")]
    [InlineData("/topics", """{"name":"t","replicationFactor":40000}""", "$.replicationFactor must be a whole number from -32768 to 32767, not 40000.")]
    [InlineData("/topics", """{"name":"t","retentionMs":1e30}""", "$.retentionMs must be a whole number from -9223372036854775808 to 9223372036854775807, not 1e30.")]
    [InlineData("/topics", """{"name":7}""", "$.name must be a text, not 7.")]
    [InlineData("/topics", """{"name":null}""", "$.name must be a text, not null.")]
    [InlineData("/topics", """{"name":"\ud800"}""", """$.name must be a text, not "\ud800".""")]
    [InlineData("/topics", """{"name":"t","partitoins":3}""", "$ has no member 'partitoins'; it knows name, partitions, replicationFactor,")]
    [InlineData("/topics", """{"partitions":3}""", "$.name is missing; it must be a text.")]
    [InlineData("/groups/g/reset", """{"topic":"t"}""", "$.to is missing; it must be a text.")]
    [InlineData("/topics/t/records", "{}", "$.records is missing; it must be an array.")]
    [InlineData("/topics/t/records", """{"records":7}""", "$.records must be an array, not 7.")]
    [InlineData("/topics/t/records", """{"records":[{},null]}""", "$.records[1] must be an object, not null.")]
    [InlineData("/topics/t/records", """{"records":[{},[]]}""", "$.records[1] must be an object, not [].")]
    [InlineData("/topics/t/records", """{"records":[{"valueBase64":"%"}]}""", """$.records[0].valueBase64 must be bytes in Base64, not "%".""")]
    [InlineData("/topics/t/records", """{"records":[{},{"key":"a","keyBase64":"YQ=="}]}""", "$.records[1].key and $.records[1].keyBase64")]
    [InlineData("/topics/t/records", """{"records":[{"headers":[{"value":"nameless"}]}]}""", "$.records[0].headers[0].name is missing; it must be a text.")]
    [InlineData("/topics/t/records", """{"records":[{"headers":[null]}]}""", "$.records[0].headers[0] must be an object, not null.")]
    public async Task A_body_is_refused_in_the_words_of_the_API(string path, string body, string told)
    {
        await using ApiHost host = await ApiHost.StartAsync();

        using HttpResponseMessage response = await host.PostAsync(path, body);

        JsonElement problem = await response.ShouldBeProblemAsync(HttpStatusCode.BadRequest, "request-malformed");
        string detail = problem.GetProperty("detail").GetString()!;
        detail.ShouldContain(told);
        detail.ShouldNotContain("System.");
        detail.ShouldNotContain("Ganglion.");
        detail.ShouldNotContain("Path:");
    }

    [Fact]
    public async Task The_place_in_the_text_is_told_as_editors_count()
    {
        await using ApiHost host = await ApiHost.StartAsync();

        using HttpResponseMessage response = await host.PostAsync("/topics", "{\n\"name\":\"t\",\n\"partitions\":true}");

        JsonElement problem = await response.ShouldBeProblemAsync(HttpStatusCode.BadRequest, "request-malformed");
        problem.GetProperty("detail").GetString().ShouldStartWith("The body is not as expected (line 3, byte 18): $.partitions must be a whole number");
    }

    [Fact]
    public void An_offset_that_cannot_be_committed_is_told_by_its_place()
    {
        var request = new CommitRequest([new CommitOffset("t", 0, 0), new CommitOffset("t", -1, 0)]);

        Should.Throw<ApiException>(request.ToOffsets).Message.ShouldContain("$.offsets[1] needs a topic");
    }

    [Theory]
    [InlineData("{\"name\":\"\u00ff\"}")]
    [InlineData("{\"\u00ff\":1}")]
    [InlineData("{\"name\":\u00ff}")]
    [InlineData("""{"\ud800":1}""")]
    public async Task What_is_not_Unicode_is_a_fault_of_the_body(string latin)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        using var content = new ByteArrayContent(Encoding.Latin1.GetBytes(latin));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");

        using HttpResponseMessage response = await host.Client.PostAsync("/topics", content, TestContext.Current.CancellationToken);

        await response.ShouldBeProblemAsync(HttpStatusCode.BadRequest, "request-malformed");
    }
}
