using Ganglion.Events;

namespace Ganglion.Tests.Events;

public sealed class MediaTypeTests
{
    [Theory]
    [InlineData(null, true)]
    [InlineData("application/json", true)]
    [InlineData("Application/JSON ; charset=utf-8", true)]
    [InlineData("application/vnd.shop+json;version=1", true)]
    [InlineData("text/json", true)]
    [InlineData("text/plain", false)]
    [InlineData("application/jsonlines", false)]
    [InlineData("", false)]
    public void JSON_is_told_by_its_type(string? contentType, bool isJson) => MediaType.IsJson(contentType).ShouldBe(isJson);

    [Theory]
    [InlineData("text/plain", true)]
    [InlineData("text/csv; charset=\"UTF-8\"", true)]
    [InlineData("application/xml", true)]
    [InlineData("image/svg+xml", true)]
    [InlineData("text/plain; charset=iso-8859-1", false)]
    [InlineData("text/json", false)]
    [InlineData("image/png", false)]
    [InlineData(null, false)]
    public void Text_is_told_by_its_type_and_charset(string? contentType, bool isText) => MediaType.IsText(contentType).ShouldBe(isText);

    [Theory]
    [InlineData("application/json; version=2.1", "2.1")]
    [InlineData("application/json;VERSION=2.1", "2.1")]
    [InlineData("application/json; note=\"a; version=9\"; version = \"2.1\"", "2.1")]
    [InlineData("application/json; note=\"\\\"; version=9\"; version=2.1", "2.1")]
    [InlineData("application/json; versions=9", "")]
    [InlineData("application/json;;", "")]
    [InlineData("application/json", "")]
    [InlineData("version=9", "")]
    public void A_parameter_is_found(string contentType, string version) =>
        MediaType.ParameterOf(contentType, "version").ToString().ShouldBe(version);
}
