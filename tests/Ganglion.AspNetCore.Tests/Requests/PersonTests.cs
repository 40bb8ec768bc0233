using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Ganglion.Brokers;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Ganglion.AspNetCore.Tests.Requests;

public sealed class PersonTests
{
    [Theory]
    [InlineData("POST", "/pauses", """{"target":"all","by":"maria"}""", "/pauses", "pauses[0].by")]
    [InlineData("PUT", "/budgets/all", """{"limits":["5 requests/day"],"by":"maria"}""", "/budgets/all", "by")]
    [InlineData("POST", "/routes/notes/stages", """{"stage":{"name":"copy","kind":"mirror","settings":{"to":"copies"}},"by":"maria"}""", "/routes/notes/changes", "changes[0].by")]
    [InlineData("POST", "/dead-letters/discard", """{"letters":["notes.dlq-0@0"],"execute":true,"by":"maria"}""", "/dead-letters/notes.dlq-0@0", "decision.by")]
    public async Task Who_was_authenticated_signs_whatever_he_says(string method, string path, string request, string shown, string by)
    {
        (await SignAsync(method, path, request, shown, by, services => services.AddSingleton<IStartupFilter, SignedIn>())).ShouldBe("ines");
        (await SignAsync(method, path, request, shown, by, null)).ShouldBe("maria");
    }

    private static async Task<string?> SignAsync(string method, string path, string request, string shown, string by, Action<IServiceCollection>? services)
    {
        await using ApiHost host = await ApiHost.StartAsync(services: services);
        await using IEventProducer producer = await host.Broker.CreateProducerAsync(cancellationToken: TestContext.Current.CancellationToken);
        await producer.AppendAsync(new ProducerRecord("notes.dlq", new Record("k"u8.ToArray(), "1"u8.ToArray()), 0), TestContext.Current.CancellationToken);
        using var message = new HttpRequestMessage(new HttpMethod(method), path) { Content = JsonContent.Create(JsonDocument.Parse(request).RootElement) };
        using HttpResponseMessage done = await host.Client.SendAsync(message, TestContext.Current.CancellationToken);
        await done.ReadJsonAsync(HttpStatusCode.OK);

        JsonElement at = await host.GetJsonAsync(shown);
        foreach (string name in by.Split('.'))
        {
            at = name.EndsWith("[0]", StringComparison.Ordinal) ? at.GetProperty(name[..^3])[0] : at.GetProperty(name);
        }

        return at.GetString();
    }
}
