using System.ComponentModel;
using ModelContextProtocol.Server;

namespace McpProcess;

/// <summary>Tools that do what they should, and tools that do not.</summary>
internal static class TestTools
{
    public static void AddTo(McpServerPrimitiveCollection<McpServerTool> tools)
    {
        Add("add", "Adds two numbers.", ([Description("One.")] int a, [Description("The other.")] int b) => a + b);
        Add("variable", "Tells a variable of the environment.", (string name) => Environment.GetEnvironmentVariable(name) ?? "none");
        Add("large", "Returns five megabytes.", () => new string('x', 5 * 1024 * 1024));
        Add("hang", "Never ends.", async (CancellationToken cancellationToken) => await Task.Delay(Timeout.Infinite, cancellationToken));
        Add("die", "Ends the process.", () => Environment.Exit(1));
        Add("process", "Tells the number of the process.", () => Environment.ProcessId);
        Add("nonsense", "Writes nonsense before it answers.", () =>
        {
            Console.WriteLine("{\"jsonrpc\":\"2.0\",\"id\":");
            Console.WriteLine("\u0007\u0000 what?");
            return "sense";
        });
        Add("fail", "Fails.", string () => throw new ModelContextProtocol.McpException("The tank is empty."));
        Add("grow", "Brings one more tool.", () => Add("grown", "Was not there before.", () => "grown"));
        tools.Add(McpServerTool.Create(() => "gone", new() { Name = "delete.all", Description = "Deletes everything.", Destructive = true }));

        void Add(string name, string description, Delegate method) => tools.Add(McpServerTool.Create(method, new() { Name = name, Description = description }));
    }
}
