using System.Text;
using System.Text.Json;
using Ganglion.Approvals;
using Ganglion.Brokers.Embedded;
using Ganglion.Events;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ganglion.Tests.Approvals;

public sealed class ApprovalEditTests
{
    private static readonly EventDataSerializer Data = new(new EventDataOptions());

    [Theory]
    [InlineData("""{"text":"a","price":1,"tags":["x"]}""", """{"text":"b","price":1,"tags":["x","y"]}""", "replace /text, replace /tags")]
    [InlineData("""{"a/b":{"c~d":1}}""", """{"a/b":{"c~d":2}}""", "replace /a~1b/c~0d")]
    [InlineData("""{"note":null}""", """{"note":"now"}""", "replace /note")]
    [InlineData("[1,2]", "[1,3]", "replace /1")]
    [InlineData("\"old\"", "\"new\"", "replace ")]
    [InlineData("not json", "{}", "replace ")]
    [InlineData("""{"text":"\ud800"}""", """{"text":"a"}""", "replace ")]
    public void An_edit_of_JSON_keeps_the_difference(string before, string now, string expected) =>
        string.Join(", ", Edit("application/json; version=2", before, now).Difference.Select(one => $"{one.Op} {one.Path}")).ShouldBe(expected);

    [Theory]
    [InlineData("""{"text":"a"}""", """{"txt":"b"}""", "'/text' is gone")]
    [InlineData("""{"text":"a"}""", """{"text":"a","more":1}""", "'/more' was not there")]
    [InlineData("""{"price":1}""", """{"price":"1"}""", "'/price' was a number and becomes a text")]
    [InlineData("""{"items":[{"n":1}]}""", """{"items":[{"n":1},{"m":1}]}""", "'/items/1/n' is gone")]
    [InlineData("""{"text":"a"}""", "[]", "'' was an object and becomes a list")]
    [InlineData("""{"text":"a"}""", "null", "become nothing")]
    [InlineData("""{"text":"a"}""", """{"text":"a"}""", "are what they were")]
    [InlineData("""{"text":"a"}""", """{"text":"b","text":"c"}""", "no JSON that can be read")]
    [InlineData("""{"text":"a"}""", """{"text":"\ud800"}""", "no JSON that can be read")]
    [InlineData("""{"text":"a"}""", """{"text":"b","\ud800":1}""", "no JSON that can be read")]
    public void An_edit_that_breaks_the_shape_of_JSON_is_refused(string before, string now, string expected)
    {
        ApprovalException refused = Should.Throw<ApprovalException>(() => Edit("application/json", before, now));

        refused.Code.ShouldBe("approval-edit-invalid");
        refused.Message.ShouldContain(expected);
    }

    [Fact]
    public void Where_a_type_is_expected_it_decides()
    {
        Edit("application/json", """{"text":"a","more":1}""", """{"text":"b"}""", typeof(Pitch)).Difference.Count.ShouldBe(2);

        Should.Throw<ApprovalException>(() => Edit("application/json", """{"text":"a","more":1}""", """{"more":1}""", typeof(Pitch))).Code.ShouldBe("approval-edit-invalid");
    }

    [Fact]
    public void An_edit_of_text_is_text_and_of_bytes_bytes_and_nothing_else_changes()
    {
        (CloudEvent edited, IReadOnlyList<ApprovalDifference> difference) = Edit("text/plain", "old", "\"new\"");
        Encoding.UTF8.GetString(edited.Data!.Value.Span).ShouldBe("new");
        (edited with { Data = null }).ShouldBe(EventOf("text/plain", "old") with { Data = null });
        difference.ShouldHaveSingleItem().Value!.Value.GetString().ShouldBe("new");

        CloudEvent image = EventOf("image/png", "old");
        (CloudEvent painted, _) = ApprovalEdit.Apply(image, new ApprovalCommand("a", ApprovalAction.Edit) { By = "maria", DataBytes = new byte[] { 1, 2 } }, null, Data);
        painted.Data!.Value.ToArray().ShouldBe([1, 2]);

        Should.Throw<ApprovalException>(() => Edit("text/plain", "old", "{}")).Message.ShouldContain("give a text");
        Should.Throw<ApprovalException>(() => Edit("image/png", "old", "{}")).Message.ShouldContain("give bytes");
        Should.Throw<ApprovalException>(() => ApprovalEdit.Apply(
            EventOf("application/json", "{}"), new ApprovalCommand("a", ApprovalAction.Edit) { By = "maria", DataBytes = new byte[] { 1 } }, null, Data)).Message.ShouldContain("give JSON");
    }

    [Fact]
    public async Task An_edit_with_a_text_that_nobody_can_read_is_refused_before_it_is_sent()
    {
        await using EmbeddedBroker broker = EmbeddedBroker.CreateVolatile();
        await using var queues = new ApprovalQueues(
            broker, new ApprovalOptions(), (_, _) => throw new InvalidOperationException("It was sent."), TimeProvider.System, NullLogger.Instance);
        var edit = new ApprovalCommand("a", ApprovalAction.Edit) { By = "maria", Version = 1, Data = ParseLenient("\"\\ud800\"") };

        ApprovalException refused = await Should.ThrowAsync<ApprovalException>(async () => await queues.ActAsync(edit, TestContext.Current.CancellationToken));

        refused.Code.ShouldBe("approval-edit-invalid");
    }

    private static (CloudEvent Edited, IReadOnlyList<ApprovalDifference> Difference) Edit(string contentType, string before, string now, Type? expected = null) => ApprovalEdit.Apply(
        EventOf(contentType, before), new ApprovalCommand("a", ApprovalAction.Edit) { By = "maria", Data = ParseLenient(now) }, expected, Data);

    private static JsonElement ParseLenient(string json)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(json));
        return JsonElement.ParseValue(ref reader);
    }

    private static CloudEvent EventOf(string contentType, string data) =>
        new() { Id = "e", Source = "/s", Type = "pitch", DataContentType = contentType, Data = Encoding.UTF8.GetBytes(data) };

    private sealed record Pitch(string Text);
}
