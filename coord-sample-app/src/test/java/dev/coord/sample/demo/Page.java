package dev.coord.sample.demo;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import org.awaitility.core.ConditionFactory;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.chrome.ChromeDriver;

/** The page in the browser's window of the moment. */
record Page(ChromeDriver driver) {
    ConditionFactory within() {
        return await().atMost(Instances.LIMIT)
                .pollInterval(Duration.ofMillis(20))
                .ignoreExceptions();
    }

    void open(Instance instance) {
        driver.get("http://127.0.0.1:" + instance.port() + "/");
        within().until(() -> text("connection-text").startsWith("live"));
    }

    String openTab(Instance instance) {
        driver.switchTo().newWindow(WindowType.WINDOW);
        open(instance);
        return driver.getWindowHandle();
    }

    WebElement id(String id) {
        return driver.findElement(By.id(id));
    }

    String text(String id) {
        return id(id).getText();
    }

    WebElement awaitSwitch(String key) {
        within().until(() -> id("flag-" + key).isDisplayed());
        return id("flag-" + key);
    }

    void awaitChecked(String key, boolean checked) {
        within().until(() -> id("flag-" + key).getDomAttribute("aria-checked").equals(Boolean.toString(checked)));
    }

    /** Clicks on the flag's switch; says when, in milliseconds of the wall clock that all pages have. */
    double toggle(String key) {
        return ((Number) driver.executeScript("""
            const now = performance.timeOrigin + performance.now();
            document.getElementById(arguments[0]).click();
            return now;
            """, "flag-" + key)).doubleValue();
    }

    /** From now on {@link #togglesSeen} in this window tells when the flag's switch changed. */
    void watchToggles(String key) {
        awaitSwitch(key);
        driver.executeScript("""
            window.seen = [];
            new MutationObserver(() => seen.push(performance.timeOrigin + performance.now()))
                .observe(document.getElementById(arguments[0]), { attributeFilter: ['aria-checked'] });
            """, "flag-" + key);
    }

    @SuppressWarnings("unchecked")
    List<Double> togglesSeen() {
        return ((List<Number>) driver.executeScript("return window.seen"))
                .stream().map(Number::doubleValue).toList();
    }
}
