using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Ganglion.Analyzers;

/// <summary>
/// Looks into functions that wait by their context, handlers or parts of them: each runs again from its beginning, and must then do the same.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class DurableHandlerAnalyzer : DiagnosticAnalyzer
{
    private const string Category = "Journal";

    private static readonly DiagnosticDescriptor NotTheSame = new(
        "GNG0001",
        "A handler that waits reads what differs each time",
        "'{0}' is another one each time the handler runs; take {1}, or read it within RunAsync",
        Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true);

    private static readonly DiagnosticDescriptor NotInTheJournal = new(
        "GNG0002",
        "A handler that waits awaits what its journal cannot record",
        "'{0}' is awaited outside of the journal; {1}",
        Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true);

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [NotTheSame, NotInTheJournal];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(static start =>
        {
            var symbols = new JournalSymbols(start.Compilation);
            if (symbols.AreThere)
            {
                start.RegisterOperationBlockAction(block => Look(block, symbols));
            }
        });
    }

    private static void Look(OperationBlockAnalysisContext context, JournalSymbols symbols)
    {
        foreach (IOperation block in context.OperationBlocks)
        {
            foreach (IOperation function in FunctionsIn(block).Where(function => OwnOperationsOf(function).Any(symbols.IsWait)))
            {
                foreach (IOperation operation in OwnOperationsOf(function))
                {
                    Check(context, operation, symbols);
                }
            }
        }
    }

    private static void Check(OperationBlockAnalysisContext context, IOperation operation, JournalSymbols symbols)
    {
        if (JournalSymbols.FindRemedy(operation) is { } remedy)
        {
            context.ReportDiagnostic(Diagnostic.Create(NotTheSame, operation.Syntax.GetLocation(), operation.Syntax.ToString(), remedy));
        }
        else if (operation is IAwaitOperation { Operation: IInvocationOperation awaited } && symbols.FindRemedyForAwait(awaited) is { } instead)
        {
            context.ReportDiagnostic(Diagnostic.Create(NotInTheJournal, awaited.Syntax.GetLocation(), awaited.Syntax.ToString(), instead));
        }
    }

    private static IEnumerable<IOperation> FunctionsIn(IOperation block) =>
        block.DescendantsAndSelf().Where(operation => operation == block || IsFunction(operation));

    // Not those of functions within: an effect, or a handler of its own.
    private static IEnumerable<IOperation> OwnOperationsOf(IOperation function)
    {
        var next = new Stack<IOperation>();
        next.Push(function);
        while (next.Count > 0)
        {
            IOperation operation = next.Pop();
            yield return operation;
            foreach (IOperation child in operation.ChildOperations)
            {
                if (!IsFunction(child))
                {
                    next.Push(child);
                }
            }
        }
    }

    private static bool IsFunction(IOperation operation) => operation is IAnonymousFunctionOperation or ILocalFunctionOperation;
}
