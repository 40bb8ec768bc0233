using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace Ganglion.AspNetCore.Tests;

public sealed class ListenOnLoopbackTests
{
    [Fact]
    public void A_host_listens_on_the_loopback_address_only() =>
        UrlsOf([]).ShouldBe("http://127.0.0.1:5080");

    [Theory]
    [InlineData("--urls=http://*:8080", "http://*:8080")]
    [InlineData("--http_ports=8080", null)]
    [InlineData("--Kestrel:Endpoints:Http:Url=http://*:8080", null)]
    public void Unless_it_is_told_otherwise(string argument, string? urls) =>
        UrlsOf([argument]).ShouldBe(urls);

    private static string? UrlsOf(string[] args)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(args).ListenOnLoopback();
        return builder.WebHost.GetSetting(WebHostDefaults.ServerUrlsKey);
    }
}
